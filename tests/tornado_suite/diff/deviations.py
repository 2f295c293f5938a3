"""Which differences are meant, and which cases are not served yet.

Both lists are beside Tornado's tests, in `deviations.toml` and
`not_served.toml`, under the key `diff`. A deviation has patterns of the form
`CASE :: DIFFERENCE`: the first part is compared with the name of a case, the
second with one difference as `compare.py` writes it. What is not served has
patterns of cases alone; these are left out.

`*` and `?` are as in file names; `[` stands for itself.
"""

import dataclasses
import fnmatch
import pathlib
import re
import tomllib

FOLDER = pathlib.Path(__file__).parent.parent


def compile_glob(glob):
    return re.compile(fnmatch.translate(glob.replace("[", "[[]")), re.DOTALL)


def read_rows(file, table):
    with open(FOLDER / file, "rb") as toml:
        return tomllib.load(toml).get(table, [])


@dataclasses.dataclass
class Pattern:
    deviation: str
    text: str
    used: bool = False

    def __post_init__(self):
        case, separator, difference = self.text.partition(" :: ")
        if not separator:
            raise SystemExit(f"deviation {self.deviation}: {self.text!r} is not `CASE :: DIFFERENCE`")
        self.case, self.difference = compile_glob(case), compile_glob(difference)

    def explains(self, case_name, difference):
        return bool(self.case.match(case_name) and self.difference.match(difference))


class Deviations:
    """The differences that are meant."""

    def __init__(self, patterns=()):
        self.patterns = list(patterns)

    @classmethod
    def load(cls):
        rows = read_rows("deviations.toml", "deviation")
        return cls(Pattern(row["id"], text) for row in rows for text in row.get("diff", []))

    def explain(self, case_name, difference):
        """The id of the deviation that explains a difference, or `None`."""
        for pattern in self.patterns:
            if pattern.explains(case_name, difference):
                pattern.used = True
                return pattern.deviation
        return None

    def unused(self):
        """The patterns that have explained nothing, but for those of random
        cases: no seed makes all differences."""
        fixed = (pattern for pattern in self.patterns if not pattern.text.startswith("random "))
        return [pattern for pattern in fixed if not pattern.used]


class NotServed:
    """The cases that need what is not there yet."""

    def __init__(self, patterns=()):
        self.patterns = [compile_glob(pattern) for pattern in patterns]

    @classmethod
    def load(cls):
        rows = read_rows("not_served.toml", "not_served")
        return cls(pattern for row in rows for pattern in row.get("diff", []))

    def __contains__(self, case):
        return any(pattern.match(case.name) for pattern in self.patterns)
