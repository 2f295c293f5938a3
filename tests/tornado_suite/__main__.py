"""The command line: ``python -m tornado_suite 'SERVER {app} {port}'``."""

import argparse
import fnmatch
import logging
import os
import shutil
import sys
import tempfile
import warnings
from pathlib import Path

from . import docs, harness, lists, report
from .names import class_name, test_classes
from .run import FAILED, Result, Runner
from .session import Session


def main() -> int:
    args = _arguments()
    known = lists.Lists.load()
    import tornado

    if tornado.version != known.tornado:
        print(f"these lists are for Tornado {known.tornado}, this is {tornado.version}")
        return 2
    server = args.server
    if args.self_check:
        server = f"{sys.executable} -m tornado_suite.reference {{app}} {{port}}"
        known.not_served, known.deviations = [], []
    logs = Path(args.log_dir or tempfile.mkdtemp(prefix="tornado-suite-"))
    logs.mkdir(parents=True, exist_ok=True)
    session = Session(server, logs, args.start_timeout)
    _quiet(args.async_timeout)
    harness.install(session, lambda name: lists.find(known.events, name) is not None)

    tests = [(cls, method) for cls, methods in test_classes() for method in methods]
    names = {(cls, method): f"{class_name(cls)}.{method}" for cls, method in tests}
    if problems := known.problems(names.values()):
        print("\n".join(problems))
        return 2
    runner = Runner(session, known, args.timeout)
    results = []
    try:
        for test in tests:
            if not args.only or any(_selects(pattern, names[test]) for pattern in args.only):
                results.append(runner.run(*test))
                _progress(results[-1], args.verbose)
    finally:
        session.stop_servers()
    return _finish(args, results, known, logs)


def _finish(args, results: list[Result], known: lists.Lists, logs: Path) -> int:
    failed = any(result.outcome == FAILED for result in results)
    report.print_results(results, args.verbose)
    if args.json:
        report.write_json(results, args.json)
    if args.update:
        report.write_expected(results)
    elif not args.only and not args.self_check:
        problems = report.check_counts(results, known) + docs.problems(known)
        print("".join(f"{problem}\n" for problem in problems), end="")
        failed = failed or bool(problems)
    if failed:
        print(f"what the servers have printed: {logs}")
    elif not args.log_dir:
        shutil.rmtree(logs, ignore_errors=True)
    return int(failed)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="tornado_suite",
        description="Tornado's own tests against a server in another process.",
    )
    parser.add_argument("server", nargs="?", help="the command, with {app} and {port}")
    parser.add_argument(
        "--self-check",
        action="store_true",
        help="against Tornado itself in another process, where all must pass",
    )
    parser.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="PATTERN",
        help="module, class or test, with or without what is before it; may be repeated",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write a record per test")
    parser.add_argument("--update", action="store_true", help="write expected.toml")
    parser.add_argument("--log-dir", metavar="DIR", help="keep what the servers print there")
    parser.add_argument("-v", "--verbose", action="store_true", help="one line per test")
    parser.add_argument(
        "--timeout", type=float, default=60, help="of a test, in seconds (%(default)s)"
    )
    parser.add_argument(
        "--async-timeout",
        type=float,
        default=5,
        help="of a fetch, in seconds, as Tornado's ASYNC_TEST_TIMEOUT (%(default)s)",
    )
    parser.add_argument(
        "--start-timeout",
        type=float,
        default=15,
        help="until a server has to listen, in seconds (%(default)s)",
    )
    args = parser.parse_args()
    if bool(args.server) == args.self_check:
        parser.error("give a server command, or --self-check")
    if args.update and (args.only or args.self_check):
        parser.error("--update needs a run of all tests against the server")
    return args


def _selects(pattern: str, name: str) -> bool:
    module, cls, method = name.split(".")
    forms = (name, module, cls, method, f"{module}.{cls}", f"{cls}.{method}")
    return any(fnmatch.fnmatchcase(form, pattern) for form in forms)


def _progress(result: Result, verbose: bool) -> None:
    if verbose:
        print(f"{result.outcome:14} {result.seconds:6.2f} s  {result.test}", flush=True)


def _quiet(async_timeout: float) -> None:
    """Prepares this process as Tornado's own runner does, and without a log."""
    os.environ["ASYNC_TEST_TIMEOUT"] = str(async_timeout)
    logging.getLogger().addHandler(logging.NullHandler())
    logging.getLogger("tornado.access").setLevel(logging.CRITICAL)
    warnings.simplefilter("ignore")


if __name__ == "__main__":
    sys.exit(main())
