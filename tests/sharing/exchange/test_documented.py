"""The page about lists says what the code does: every column, every limit, every reason."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

from sharing.catalogue.fields import LONG_LIMIT, MOST_CHECKS
from sharing.catalogue.rules import BlockReason, LocationKind, Need
from sharing.exchange import reading
from sharing.exchange.columns import COLUMNS, Cell, What
from sharing.exchange.report import Status
from sharing.people.rules import OrganisationKind, Role

PAGE = (Path(__file__).parents[3] / "docs" / "import.md").read_text("utf-8")
KINDS = {
    Cell.TEXT: "text", Cell.TEXTS: "text in languages", Cell.MONEY: "money", Cell.NUMBER: "number",
    Cell.DAY: "day", Cell.FLAG: "yes or no", Cell.KEYS: "keys", Cell.CHECKS: "texts",
}  # fmt: skip


def _section(what: What) -> str:
    return PAGE.partition(f"## `{what}`")[2].partition("\n## ")[0]


def test_every_column_is_documented_with_its_kind_and_no_other() -> None:
    for what in What:
        found = re.findall(r"^\| `([a-z_]+)`(?:, …)? \| ([a-z ]+) \|", _section(what), re.MULTILINE)
        wanted = [
            (f"{one.name}_de" if one.cell is Cell.TEXTS else one.name, KINDS[one.cell])
            for one in COLUMNS[what]
        ]
        assert found == wanted


def test_every_kind_status_and_reason_is_explained() -> None:
    kinds = PAGE.partition("## Kinds of cells")[2].partition("\n## ")[0]
    assert all(f"| {kind} |" in kinds for kind in KINDS.values())
    assert all(f"| `{status}` |" in PAGE for status in Status)
    reasons = set(re.findall(r'reason="([a-z_]+)"', inspect.getsource(reading)))
    assert reasons
    assert all(f"`{reason}`" in PAGE for reason in reasons)


def test_every_word_that_may_stand_in_a_cell_is_named() -> None:
    for words, what in (
        (Need, What.MODELS), (BlockReason, What.ITEMS), (LocationKind, What.LOCATIONS),
        (OrganisationKind, What.ORGANISATIONS), (Role, What.PERSONS),
    ):  # fmt: skip
        assert all(f"`{word}`" in _section(what) for word in words)


def test_the_limits_are_those_of_the_code() -> None:
    for number in (reading.MOST_LINES, reading.MOST_COLUMNS, reading.MOST_LINE, LONG_LIMIT, MOST_CHECKS):
        assert f"{number:,}" in PAGE
    assert f"{reading.MOST_BYTES // 1024**2} MB" in PAGE
