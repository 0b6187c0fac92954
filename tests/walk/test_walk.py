"""The walk that docs/walk.md shows, walked again: it ends where the lines of a `see` do not come."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.i18n import Words
from kiosk.screens.staff import LISTS
from sharing.lending.scan_table import SCAN_TABLE, Seen
from tests.walk.record import PAGE, ROOMS_PAGE, TWO_PAGE
from tests.walk.story import PARTS, walk_through
from tests.walk.terminal import COLUMNS, ROWS, Terminal
from tests.walk.walk import ROOT, Shot, Walk

NOT_YET = {Seen.RESERVED_FOR_ME, Seen.RESERVED_FOR_ANOTHER, Seen.STOCK, Seen.SLIP}
"""In the table and in no house yet (docs/scan.md)."""
KEY = re.compile(r"(?<![\w@.])[a-z]+\.[a-z_.]+\b")
"""A text that was never translated shows its key: `visit.title`."""


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    folder = tmp_path_factory.mktemp("walk")
    terminal = Terminal(folder)
    walk = Walk(folder, terminal)
    try:
        walk_through(walk)
        yield walk
    finally:
        terminal.close()


def screens(walked: Walk) -> Iterator[tuple[Shot, str]]:
    for shot in walked.shots:
        yield shot, f"{shot.part}: {shot.says}\n{shot.screen}"


def test_every_cell_of_the_scan_table_that_a_house_can_reach_is_walked(walked: Walk) -> None:
    reachable = {cell for cell in SCAN_TABLE if cell[0] not in NOT_YET}

    assert walked.cells == reachable


def test_every_screen_fits_into_76_by_22_cells_with_nothing_at_its_edges(walked: Walk) -> None:
    for shot, shown in screens(walked):
        lines = shot.screen.splitlines()
        assert len(lines) <= ROWS, shown
        assert all(len(line) < COLUMNS for line in lines), shown
        assert all(not line or line[0] == " " for line in lines), shown


def test_no_screen_shows_the_key_of_a_text_or_a_traceback(walked: Walk) -> None:
    for shot, shown in screens(walked):
        assert KEY.findall(shot.screen) == [], shown
        assert "Traceback" not in shot.screen, shown
        assert "{" not in shot.screen, shown


WORDS = {"Muster"}
"""Names that are words as well: the pattern on a label, and what is left of Musterstadt where a line ends."""


def test_nobodys_name_stands_on_a_screen_that_anybody_may_look_at(walked: Walk) -> None:
    for shot, shown in screens(walked):
        if shot.public:
            assert not (walked.names - WORDS) & set(re.findall(r"\w+", shot.screen)), shown


def test_no_number_of_a_card_and_no_pin_stands_on_any_screen(walked: Walk) -> None:
    secrets = {one["code"] for one in walked.house["cards"]} | {one["pin"] for one in walked.house["staff"]}
    for shot, shown in screens(walked):
        together = re.sub(r"(?<=\d) (?=\d)", "", shot.screen)
        assert not any(one in together for one in secrets), shown


def test_home_says_nothing_about_anybody_after_each_end(walked: Walk) -> None:
    endings = [shot.screen for shot in walked.shots if "Bitte scannen" in shot.screen]

    assert len(endings) >= 5
    for screen in endings:
        assert not re.search(r"\b\w\. \w\.", screen), screen
        assert len(screen.splitlines()[0].split("  ")) <= 2, screen


def test_after_the_walk_the_journal_is_whole_and_everything_that_was_shown_is_in_it(walked: Walk) -> None:
    journal = sqlite3.connect(walked.folder / "data" / "teilhaus.db")
    kinds = dict(journal.execute("SELECT kind, count(*) FROM entry GROUP BY kind").fetchall())
    journal.close()

    assert kinds["undone"] >= 1
    assert kinds["item.set_aside"] >= 4
    assert kinds["item.found"] == 2
    assert walked.teilhaus("journal", "verify", "--json")["faults"] == []


def test_the_page_has_the_parts_of_the_walk_in_their_order() -> None:
    headings = re.findall(r"^## (.+)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)

    assert headings == [(part.__doc__ or "").strip() for part in PARTS]


def test_the_pictures_of_the_readme_stand_on_the_pages() -> None:
    pictures = re.findall(r"```\n(┌.+?┘)\n```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)

    pages = "".join(page.read_text(encoding="utf-8") for page in (PAGE, ROOMS_PAGE, TWO_PAGE))
    assert len(pictures) == 4
    assert all(one in pages for one in pictures)


def test_the_page_for_the_desk_has_the_keys_of_the_staff_desk_in_both_languages() -> None:
    page = (ROOT / "docs" / "desk.md").read_text(encoding="utf-8")
    german, english = (Words(language) for language in ("de", "en"))

    for digit, key in enumerate(LISTS.values(), 1):
        assert f"| {digit} {german(key)} |" in page
        assert f"{digit} {english(key).lower()}" in page.replace("\n", " ")


def test_without_tmux_the_walk_names_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(FileNotFoundError, match="apt-get install tmux"):
        Terminal(tmp_path)
