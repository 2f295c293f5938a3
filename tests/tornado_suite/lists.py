"""What is known of single tests: the TOML files beside this one.

A list names tests, classes (all their tests), or patterns with ``*``.
"""

import fnmatch
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent

# So many deviations may excuse failures of Tornado's tests. A project that
# needs more does not do what its users expect.
MAX_DEVIATIONS = 12


@dataclass(frozen=True)
class Row:
    """Tests, and what is true of them."""

    text: str
    tests: tuple[str, ...]


@dataclass(frozen=True)
class Deviation:
    """A place where tornado-web differs from Tornado on purpose.

    `tornado`, `here`, `why` and `switch` are the row of `docs/differences.md`,
    in its Markdown; `tests` are the tests that fail because of it, `diff` the
    cases of the differential tester.
    """

    id: str
    tornado: str
    here: str
    why: str = ""
    switch: str = ""
    tests: tuple[str, ...] = ()
    diff: tuple[str, ...] = ()

    @property
    def docs_cells(self) -> tuple[str, ...]:
        cells = (self.tornado, self.here, self.why, self.switch)
        return tuple(cell for cell in cells if cell)

    @property
    def docs_row(self) -> str:
        cells = (self.tornado, self.here, self.why, self.switch)
        return "".join(f"| {cell} " if cell else "| " for cell in cells) + "|"


@dataclass
class Lists:
    """The lists, read."""

    tornado: str
    not_portable: list[Row]
    events: list[Row]
    weak: list[Row]
    not_served: list[Row]
    deviations: list[Deviation]
    expected: dict[str, dict[str, int]] = field(default_factory=dict)

    @classmethod
    def load(cls) -> "Lists":
        tests = _read("tests.toml")
        return cls(
            tornado=tests["tornado"],
            not_portable=_rows(tests["not_portable"], "why"),
            events=_rows(tests["events"], "what"),
            weak=_rows(tests["weak"], "against"),
            not_served=_rows(_read("not_served.toml").get("not_served", []), "needs"),
            deviations=load_deviations(),
            expected=_read("expected.toml"),
        )

    def deviation(self, name: str) -> Deviation | None:
        for deviation in self.deviations:
            if any(covers(pattern, name) for pattern in deviation.tests):
                return deviation
        return None

    def problems(self, names: Iterable[str]) -> list[str]:
        """What is wrong with the lists themselves; `names`: all tests there are."""
        names = list(names)
        rows = self.not_portable + self.events + self.weak + self.not_served
        patterns = [pattern for row in [*rows, *self.deviations] for pattern in row.tests]
        problems = [
            f"{pattern} is listed, and there is no such test"
            for pattern in patterns
            if not any(covers(pattern, name) for name in names)
        ]
        ids = [deviation.id for deviation in self.deviations]
        problems += [f"two deviations are called {id}" for id in set(ids) if ids.count(id) > 1]
        for name in names:
            excuses = [row for row in self.not_served if row_covers(row.tests, name)]
            excuses += [d for d in self.deviations if row_covers(d.tests, name)]
            if len(excuses) > 1:
                problems.append(f"{name} is excused twice")
        used = [deviation for deviation in self.deviations if deviation.tests]
        if len(used) > MAX_DEVIATIONS:
            problems.append(f"{len(used)} deviations excuse tests, more than {MAX_DEVIATIONS}")
        return problems


def load_deviations() -> list[Deviation]:
    return [
        Deviation(**{k: tuple(v) if isinstance(v, list) else v for k, v in row.items()})
        for row in _read("deviations.toml")["deviation"]
    ]


def find(rows: list[Row], name: str) -> Row | None:
    """The first row that covers a test."""
    return next((row for row in rows if row_covers(row.tests, name)), None)


def row_covers(patterns: Iterable[str], name: str) -> bool:
    return any(covers(pattern, name) for pattern in patterns)


def covers(pattern: str, name: str) -> bool:
    """Whether a listed name, class or pattern is about the test `name`."""
    return pattern in (name, name.rpartition(".")[0]) or fnmatch.fnmatchcase(name, pattern)


def _rows(tables: list[dict], key: str) -> list[Row]:
    return [Row(table[key], tuple(table["tests"])) for table in tables]


def _read(name: str) -> dict:
    with (HERE / name).open("rb") as file:
        return tomllib.load(file)
