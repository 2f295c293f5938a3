"""The docs page "Differences from Tornado", which has a row per deviation."""

from pathlib import Path

from .lists import HERE, Lists

PAGE = HERE.parent.parent / "docs" / "differences.md"
TABLE = "## On the wire"


def problems(known: Lists) -> list[str]:
    """Where the page's table and `deviations.toml` are not the same."""
    shown = table_rows(PAGE)
    wanted = {deviation.docs_row: deviation for deviation in known.deviations}
    missing = [
        f"docs/differences.md lacks the deviation {deviation.id}; its row:\n{row}"
        for row, deviation in wanted.items()
        if row not in shown
    ]
    return missing + [
        f"docs/differences.md has a row that deviations.toml lacks:\n{row}"
        for row in shown
        if row not in wanted
    ]


def table_rows(page: Path) -> list[str]:
    """The rows of the page's table, without its head."""
    section = page.read_text().partition(TABLE)[2].partition("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("|")]
    return rows[2:]
