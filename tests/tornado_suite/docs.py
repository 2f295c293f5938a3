"""The docs page "Differences from Tornado", which has a row per deviation."""

import re

from .lists import HERE, Lists

PAGE = HERE.parent.parent / "docs" / "differences.md"
# All rows of this section are deviations. Those of other sections may be.
ON_THE_WIRE = "## On the wire"


def problems(known: Lists) -> list[str]:
    """Where the page and `deviations.toml` do not say the same."""
    text = PAGE.read_text()
    shown = [cells(line) for line in text.splitlines() if line.startswith("|")]
    section = text.partition(ON_THE_WIRE)[2].partition("\n## ")[0]
    # The first two lines of a table are its head.
    on_the_wire = [line for line in section.splitlines() if line.startswith("|")][2:]
    wanted = [deviation.docs_cells for deviation in known.deviations]
    return [
        f"docs/differences.md lacks the deviation {deviation.id}; its row:\n{deviation.docs_row}"
        for deviation in known.deviations
        if deviation.docs_cells not in shown
    ] + [
        f"docs/differences.md has a row that deviations.toml lacks:\n{line}"
        for line in on_the_wire
        if cells(line) not in wanted
    ]


def cells(row: str) -> tuple[str, ...]:
    """The cells of a row that have something in them."""
    return tuple(cell.strip() for cell in re.split(r"(?<!\\)\|", row) if cell.strip())
