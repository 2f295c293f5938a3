"""Prints what is not explained, and the counts."""

import collections

REQUEST_SHOWN = 500
SIDE_SHOWN = 200


def shorten(line):
    """A difference with both sides cut to what helps, on one line."""
    kind, _, sides = line.partition(": ")
    shown = (side if len(side) <= SIDE_SHOWN else side[:SIDE_SHOWN] + "..." for side in sides.split(" | ", 1))
    return f"{kind}: {' | '.join(shown)}".encode("unicode_escape").decode()


class Report:
    """Sorts differences into explained and unexplained ones."""

    def __init__(self, results, deviations):
        self.results = results
        self.unexplained = {}
        self.explained = collections.Counter()
        for result in results:
            self.sort(result, deviations)

    def sort(self, result, deviations):
        name = result.case.origin or result.case.name
        reasons = {line: deviations.explain(name, line) for line in result.differences}
        open_lines = [line for line, reason in reasons.items() if reason is None]
        if open_lines:
            self.unexplained[result.case] = open_lines
        self.explained.update({reason for reason in reasons.values() if reason is not None})

    def print_unexplained(self, with_requests):
        for case, lines in self.unexplained.items():
            print(f"DIFFERENT {case.name}")
            if with_requests:
                print(f"    sent: {case.data[:REQUEST_SHOWN]!r}")
            for line in lines:
                print(f"    {shorten(line)}")

    def print_summary(self):
        requests = sum(len(result.case.methods) for result in self.results)
        different = sum(bool(result.differences) for result in self.results)
        for deviation, count in sorted(self.explained.items()):
            print(f"explained by {deviation}: {count} cases")
        print(
            f"{len(self.results)} cases, {requests} requests: {different} cases differ, "
            f"{len(self.unexplained)} of them unexplained"
        )
