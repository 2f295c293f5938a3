"""Finds the differences between two normalized outcomes.

A difference is a line of text, `kind: Tornado's | ours`, so that a pattern can
say which ones a deviation explains. The kinds are `replies` (how many),
`status`, `version`, `reason`, `framing`, `complete`, `body`, `header NAME`,
`header order` and `header case` (both when strict), and `connection`.
"""

import collections

SHOWN = 200


def shorten(value):
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= SHOWN else text[:SHOWN] + "..."


def by_name(headers):
    lines = collections.defaultdict(list)
    for name, value in headers:
        lines[name.lower()].append(value)
    return lines


def header_differences(theirs, ours, strict):
    left, right = by_name(theirs), by_name(ours)
    for name in sorted(left.keys() | right.keys()):
        if left.get(name) != right.get(name):
            sides = [" & ".join(side[name]) if name in side else "absent" for side in (left, right)]
            yield f"header {name}", *sides
    if strict:
        shared = left.keys() & right.keys()
        names = [[name for name, _ in headers if name.lower() in shared] for headers in (theirs, ours)]
        if [name.lower() for name in names[0]] != [name.lower() for name in names[1]]:
            yield "header order", ", ".join(names[0]), ", ".join(names[1])
        elif names[0] != names[1]:
            yield "header case", ", ".join(names[0]), ", ".join(names[1])


def reply_differences(theirs, ours, strict):
    for kind in ("status", "version", "reason", "framing", "complete", "body"):
        if theirs[kind] != ours[kind]:
            yield kind, theirs[kind], ours[kind]
    yield from header_differences(theirs["headers"], ours["headers"], strict)


def differences(theirs, ours, strict=False):
    """The differences, one line each; none if the outcomes are equal."""
    found = []
    counts = len(theirs["replies"]), len(ours["replies"])
    if counts[0] != counts[1]:
        found.append(("replies", *counts))
    for pair in zip(theirs["replies"], ours["replies"]):
        found += reply_differences(*pair, strict)
    if theirs["connection"] != ours["connection"]:
        found.append(("connection", theirs["connection"], ours["connection"]))
    return [f"{kind}: {shorten(left)} | {shorten(right)}" for kind, left, right in found]
