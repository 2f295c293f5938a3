"""Which differences are meant: the `diff` patterns of `deviations.toml`.

A pattern is `CASE :: DIFFERENCE`, both with `*` and `?` as in file names; the
first is compared with the name of a case, the second with one difference as
`compare.py` writes it. `[` stands for itself.
"""

import dataclasses
import fnmatch
import re
import tomllib


def compile_glob(glob):
    return re.compile(fnmatch.translate(glob.replace("[", "[[]")), re.DOTALL)


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
    """What `deviations.toml` says of the differential tester."""

    def __init__(self, patterns=()):
        self.patterns = list(patterns)

    @classmethod
    def load(cls, path):
        with open(path, "rb") as file:
            entries = tomllib.load(file).get("deviation", [])
        return cls(Pattern(entry["id"], text) for entry in entries for text in entry.get("diff", []))

    def explain(self, case_name, difference):
        """The id of the deviation that explains a difference, or `None`."""
        for pattern in self.patterns:
            if pattern.explains(case_name, difference):
                pattern.used = True
                return pattern.deviation
        return None

    def unused(self):
        """The patterns that have explained nothing."""
        return [pattern for pattern in self.patterns if not pattern.used]
