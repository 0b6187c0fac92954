"""The page about scans says what the table says."""

from __future__ import annotations

import re
from pathlib import Path

from sharing.lending.scan_table import SCAN_TABLE, Seen

PAGE = Path(__file__).parents[3] / "docs" / "scan.md"


def test_the_page_shows_every_cell_of_the_table() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (\S+) \| (\S+) \|$", PAGE.read_text(), flags=re.MULTILINE)
    shown = {
        (Seen(what), visit): cell.strip("`")
        for what, without, within in rows
        for visit, cell in ((False, without), (True, within))
        if cell != "–"
    }
    assert shown == {key: step.value for key, step in SCAN_TABLE.items()}
