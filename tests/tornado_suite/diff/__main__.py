"""Sends the same raw requests to Tornado and to a server, and compares.

Both commands serve the routes of contract.md on 127.0.0.1:{port}, with the
files that $DIFF_STATIC names; each is started a second time with --gzip. Exit status: 0 when all is equal or explained,
1 when it is not, 2 for trouble.
"""

import argparse
import fnmatch
import random
import shlex
import sys
import tempfile

from . import files
from .cases import corpus
from .cases.changed import changed_cases
from .deviations import Deviations, NotServed
from .report import Report
from .run import run
from .servers import Servers

TORNADO = f"{shlex.quote(sys.executable)} -m {__package__}.reference --port {{port}}"
SEED = 1
RANDOM_CASES = 120


def parse_seed(text):
    return random.SystemRandom().randrange(1 << 32) if text == "random" else int(text)


def parse_arguments():
    parser = argparse.ArgumentParser(prog="python -m tornado_suite.diff", description=__doc__)
    parser.add_argument("--server", default=TORNADO, help="command of the server to test (default: Tornado itself)")
    parser.add_argument("--tornado", default=TORNADO, help="command of Tornado's side")
    parser.add_argument(
        "--seed",
        action="append",
        type=parse_seed,
        help=f'of random cases, or "random" for any; may be repeated (default: {SEED})',
    )
    parser.add_argument("--random", type=int, default=RANDOM_CASES, metavar="N", help="random cases per seed")
    parser.add_argument("--changed", type=int, default=0, metavar="N", help="changed cases per seed (default: none)")
    parser.add_argument("--only", action="append", default=[], metavar="PATTERN", help="only cases of such names")
    parser.add_argument("--strict", action="store_true", help="compare the order and the case of headers, too")
    parser.add_argument("--jobs", type=int, default=8, help="connections at once")
    parser.add_argument("--log", metavar="FILE", help="where to put what the servers print (default: nowhere)")
    parser.add_argument("--list", action="store_true", help="only print the names of the cases")
    parser.add_argument("--self-test", action="store_true", help="show that Tornado, broken on purpose, is noticed")
    parser.add_argument("-v", "--verbose", action="store_true", help="print the requests, too")
    return parser.parse_args()


def select(cases, patterns):
    if not patterns:
        return cases
    return [case for case in cases if any(fnmatch.fnmatchcase(case.name, pattern) for pattern in patterns)]


def run_servers(cases, commands, arguments):
    with (
        tempfile.TemporaryDirectory(prefix="tornado-diff-") as root,
        open(arguments.log or "/dev/null", "ab") as log,
    ):
        with Servers(commands, files.make(root), log) as servers:
            return run(cases, servers, arguments.strict, arguments.jobs)


def compare(cases, deviations, arguments):
    results = run_servers(cases, (arguments.tornado, arguments.server), arguments)
    report = Report(results, deviations)
    report.print_unexplained(arguments.verbose)
    report.print_summary()
    stale = [] if arguments.only else deviations.unused()
    for pattern in stale:
        print(f"deviation {pattern.deviation} explains nothing with {pattern.text!r}")
    return bool(report.unexplained or stale)


def self_test(cases, arguments):
    from .reference.breakages import BREAKAGES

    missed = 0
    for name in BREAKAGES:
        results = run_servers(cases, (TORNADO, f"{TORNADO} --break {name}"), arguments)
        different = [result.case.name for result in results if result.differences]
        missed += not different
        print(f"{name:20} {len(different):4} cases differ" + (f", as {different[0]}" if different else ": MISSED"))
    return missed > 0


def main():
    arguments = parse_arguments()
    seeds = arguments.seed or [SEED]
    cases = select(corpus(seeds, arguments.random), arguments.only)
    if arguments.list:
        for case in cases:
            print(case.name)
        return 0
    print("seeds:", *seeds)
    if arguments.self_test:
        return int(self_test(cases, arguments))
    with_tornado_itself = arguments.server == arguments.tornado
    not_served = NotServed() if with_tornado_itself else NotServed.load()
    served = [case for case in cases if case not in not_served]
    print(f"not served yet: {len(cases) - len(served)} cases")
    for seed in seeds:
        served += changed_cases(served, seed, arguments.changed)
    deviations = Deviations() if with_tornado_itself else Deviations.load()
    return int(compare(served, deviations, arguments))


if __name__ == "__main__":
    sys.exit(main())
