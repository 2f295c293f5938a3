"""Counts, and whether they are as they should be."""

import json
from collections import Counter
from dataclasses import asdict
from pathlib import Path

from .lists import HERE, Lists
from .run import DEVIATION, FAILED, NOT_PORTABLE, NOT_SERVED, PASSED, Result

COUNTED = (PASSED, DEVIATION, NOT_SERVED)
EXPECTED = HERE / "expected.toml"


def counts_by_module(results: list[Result]) -> dict[str, dict[str, int]]:
    """How many tests of each module have passed, deviate, and can't be served."""
    counts: dict[str, Counter] = {}
    for result in results:
        module = result.test.partition(".")[0]
        counts.setdefault(module, Counter())[result.outcome] += 1
    return {
        module: {key(outcome): counter[outcome] for outcome in COUNTED}
        for module, counter in counts.items()
    }


def key(outcome: str) -> str:
    return outcome.replace(" ", "_")


def print_results(results: list[Result], verbose: bool) -> None:
    for result in results:
        if result.outcome == FAILED:
            print(f"FAILED {result.test}")
            lines = result.message.strip().splitlines() or [""]
            shown = lines if verbose else [line for line in lines[-1:] if line]
            print("".join(f"       {line}\n" for line in shown), end="")
    for outcome in (DEVIATION, NOT_SERVED, NOT_PORTABLE):
        if verbose:
            for result in results:
                if result.outcome == outcome:
                    print(f"{outcome}: {result.test} ({result.reason})")
    print(summary(results))


def summary(results: list[Result]) -> str:
    n = Counter(result.outcome for result in results)
    weak = sum(result.weak and result.outcome == PASSED for result in results)
    deviations = len({r.reason for r in results if r.outcome == DEVIATION})
    return (
        f"Tornado's tests: {n[PASSED]} passed ({weak} of them prove little), "
        f"{n[FAILED]} failed, {n[NOT_SERVED]} not yet served, "
        f"{n[DEVIATION]} excused by {deviations} deviations, "
        f"{n[NOT_PORTABLE]} can't work over the wire"
    )


def check_counts(results: list[Result], known: Lists) -> list[str]:
    """Where the counts are not those of `expected.toml`."""
    problems = []
    for module, counts in counts_by_module(results).items():
        expected = known.expected.get(module, {})
        for outcome, count in counts.items():
            if count != expected.get(outcome, 0):
                problems.append(
                    f"{module}: {count} {outcome.replace('_', ' ')}, "
                    f"expected.toml says {expected.get(outcome, 0)}"
                )
    return problems


def write_expected(results: list[Result]) -> None:
    """Makes `expected.toml` of this run."""
    text = "# How many of Tornado's tests do what, by module; written by `--update`.\n"
    for module, counts in counts_by_module(results).items():
        text += f"\n[{module}]\n" + "".join(f"{k} = {v}\n" for k, v in counts.items())
    EXPECTED.write_text(text)


def write_json(results: list[Result], path: Path) -> None:
    path.write_text(json.dumps([asdict(result) for result in results], indent=1) + "\n")
