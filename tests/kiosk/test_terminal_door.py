"""A door in a terminal: what stands on it, in cells, at each size, by its own clock."""

from __future__ import annotations

import pytest
from syrupy.assertion import SnapshotAssertion

from devices.panels.state import Status, encoded, room_state
from kiosk.door.drawing import GROUNDS, painted
from kiosk.door.telling import SHAPES, plain, told
from kiosk.door.watch import Watch
from kiosk.i18n import Words
from kiosk.themes import PAIRS
from sharing.errors import LoginRefused, Unreachable
from sharing.rooms.rules import State
from sharing.texts import Texts
from tests.devices.panels.known import HALL, date, known
from tests.kiosk.doors import LINK, Door
from tests.sharing.rooms.values import HOUSE, at, room

SIZES = [(76, 22), (40, 15), (120, 36)]
CHOIR = date("10:00", "12:00", who="Chor Süd e. V.")
LATER = date("14:00", "16:00", n=1, state=State.PROVISIONAL)
TOMORROW = date("2026-06-03 09:00", "2026-06-03 11:00", n=2, who="Kita Löwenzahn")


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_free_taken_and_stale_stand_there_in_cells(
    size: tuple[int, int], language: str, snapshot: SnapshotAssertion
) -> None:
    door = Door("09:30").hears(CHOIR, LATER, TOMORROW)
    async with door.shown(*size, tags=[language]) as screen:
        assert await screen.text() == snapshot(name="free")
        door.clock.set("10:30")
        door.watch.connected(is_linked=False)
        assert await screen.text() == snapshot(name="taken and stale, by itself")


@pytest.mark.parametrize("size", [*SIZES, (20, 6), (8, 3), (1, 1), (300, 90)])
@pytest.mark.parametrize("now", ["03:00", "10:30", "11:55", "16:30", "21:50"])
@pytest.mark.parametrize(
    "name", ["Saal", "Großer Saal " * 20, "قاعة الاجتماعات الكبيرة", "[/] [@click=app.quit]\x1b]0;"]
)
def test_every_row_is_as_wide_as_the_screen_and_there_are_as_many_as_it_has(
    size: tuple[int, int], now: str, name: str
) -> None:
    from rich.cells import cell_len

    door = Door(now, named=room(HALL.id, names=Texts.of(name))).hears(CHOIR, LATER, TOMORROW)
    view = door.watch.view()
    assert view.state is not None
    rows = painted(told(view, view.state, [Words("de")]), view.state, view.now, *size)
    assert len(rows) == size[1]
    if size[0] > 8:
        assert {sum(cell_len(text) for text, _ in row) for row in rows} == {size[0]}
    letters = "".join(text for row in rows for text, _ in row)
    assert all(one.isprintable() for one in letters)


def test_all_grounds_are_pairs_that_the_contrast_is_computed_of() -> None:
    assert {(f"{ground}-ink", ground) for ground in GROUNDS.values()} <= set(PAIRS)
    assert len(set(SHAPES.values())) == len(SHAPES) == len(Status)


@pytest.mark.parametrize("theme", ["light", "dark", "high-contrast"])
@pytest.mark.parametrize("book", [LINK, "5123456789012345"])
@pytest.mark.parametrize("size", [(76, 22), (120, 36)])
async def test_the_code_is_read_off_the_screen(size: tuple[int, int], book: str, theme: str) -> None:
    async with Door(book=book).hears(CHOIR).shown(*size, theme=theme) as screen:
        assert await screen.code() == [book]
        strip = screen.app.screen._compositor.render_strips()[6]
        grounds = {
            one.style.bgcolor.name for one in strip if one.style and one.style.bgcolor and "█" in one.text
        }
        assert grounds == {"#ffffff"}


async def test_a_code_for_which_there_is_no_room_is_left_out_and_the_words_stay() -> None:
    async with Door("10:30").hears(CHOIR).shown(40, 15) as screen:
        assert await screen.code() == []
        assert "✖ BELEGT" in await screen.text()


async def test_an_arabic_name_stands_there_whole_and_in_the_order_it_is_written() -> None:
    door = Door(named=room(HALL.id, names=Texts.of("قاعة A"))).hears()
    async with door.shown() as screen:
        assert "قاعة A" in await screen.text()


async def test_a_door_goes_on_at_each_boundary_and_at_midnight_by_itself() -> None:
    door = Door("09:00").hears(CHOIR, LATER, TOMORROW, date("2026-06-03 15:00", "2026-06-03 16:00", n=4))
    async with door.shown() as screen:
        assert "✔ FREI" in await screen.text()
        door.clock.set("10:00")
        text = await screen.text()
        assert "✖ BELEGT" in text
        assert "Chor Süd e. V." in text
        door.clock.set("11:55")
        assert "Gleich zu Ende" in await screen.text()
        door.clock.set("12:00")
        assert "✔ FREI" in await screen.text()
        door.clock.set("23:00")
        assert "■ ZU" in await screen.text()
        door.clock.set("2026-06-03 00:00")
        text = await screen.text()
        assert "09:00–11:00 Kita Löwenzahn" in text
        assert "15:00–16:00 Belegt" in text
        assert text.split("\n")[-2].count("█") == 6  # three hours: the bar is of the new day


@pytest.mark.parametrize(("book", "said"), [("5064149727858655", "Am Kiosk buchen"), (LINK, "Jetzt buchen")])
def test_the_code_says_what_it_is_for(book: str, said: str) -> None:
    door = Door("10:30", book=book).hears(CHOIR)
    view = door.watch.view()
    assert view.state is not None
    assert told(view, view.state, [Words("de")]).book_word == said


def test_what_is_only_taken_is_said_once() -> None:
    """It stood there as "BELEGT bis 12:00, Belegt"."""
    door = Door("10:30").hears(date("10:00", "12:00"))
    view = door.watch.view()
    assert view.state is not None
    lines = plain(told(view, view.state, [Words("de")]), now_word="Jetzt")

    assert lines[1] == "BELEGT bis 12:00"
    assert "Belegt" not in " ".join(lines)


async def test_what_is_too_old_is_marked_and_stays_and_news_take_the_mark_away() -> None:
    door = Door("10:30").hears(CHOIR)
    async with door.shown() as screen:
        door.clock.set("10:44")
        assert "VERALTET" not in await screen.text()
        door.clock.set("10:45")
        text = await screen.text()
        assert "! VERALTET  Von 10:30." in text
        assert "✖ BELEGT" in text
        door.hears(CHOIR)
        assert "VERALTET" not in await screen.text()


async def test_a_line_that_is_cut_is_said_at_once_and_nothing_else_changes() -> None:
    door = Door("10:30").hears(CHOIR)
    async with door.shown() as screen:
        before = await screen.text()
        door.watch.connected(is_linked=False)
        cut = await screen.text()
        assert "✖ Keine Verbindung" in cut.split("\n")[-1]
        assert cut.split("\n")[:-1] == before.split("\n")[:-1]


async def test_a_room_that_is_gone_keeps_its_name_and_says_nothing_that_may_be_wrong() -> None:
    door = Door("10:30").hears(CHOIR, LATER)
    async with door.shown() as screen:
        door.watch.heard("state", b"")
        text = await screen.text()
        assert "Saal A" in text
        assert "steht nicht mehr im Plan" in text
        assert "? UNKLAR" in text
        assert "Chor" not in text
        assert await screen.code() == []
        door.hears(CHOIR)
        assert "✖ BELEGT" in await screen.text()


async def test_nonsense_and_older_news_change_nothing() -> None:
    door = Door("10:30").hears(CHOIR)
    older = encoded(room_state(known(room=HALL), HOUSE, at("2026-06-02 10:30"), seq=0))
    async with door.shown() as screen:
        before = await screen.text()
        for payload in (b"{", b"[]", b"\xff", b"x" * 100_000, older):
            door.watch.heard("state", payload)
            door.watch.heard("agenda", payload)
        door.watch.heard("health", b"{}")
        assert await screen.text() == before


async def test_before_the_first_news_it_says_that_it_waits_and_why() -> None:
    door = Door()
    async with door.shown() as screen:
        assert "Einen Moment" in await screen.text()
        door.watch.connected(is_linked=False)
        assert "Keine Verbindung" in await screen.text()
        door.watch.trouble = LoginRefused(host="haus", user="panel.tuer", reason="x")
        assert "panel.tuer" in await screen.text()


async def test_where_teilhaus_does_not_run_a_door_says_what_to_start() -> None:
    door = Door()
    door.watch = Watch(HALL.id, lambda: 0, is_ours=True)
    door.watch.trouble = Unreachable(host="127.0.0.1", port=35917, reason="refused")
    async with door.shown() as screen:
        text = " ".join((await screen.text()).split())
        assert "läuft auf diesem Gerät gerade nicht" in text
        assert "Hier zuerst starten: teilhaus run" in text
        assert "--account." in text
        assert "35917" not in text


async def test_no_key_ends_a_door_in_public_and_q_ends_one_that_somebody_tries() -> None:
    async with Door().hears().shown(may_end=False) as screen:
        before = await screen.text()
        for key in ("q", "ctrl+q", "ctrl+c", "escape", "ctrl+p", "f1", "ctrl+backslash", "enter"):
            await screen.pilot.press(key)
        assert await screen.text() == before
        assert screen.app.is_running
    async with Door().hears().shown() as screen:
        await screen.pilot.press("q")
        await screen.pilot.pause()
        assert screen.app._exit


async def test_it_is_drawn_anew_when_the_terminal_gets_another_size() -> None:
    async with Door("10:30").hears(CHOIR).shown() as screen:
        await screen.pilot.resize_terminal(40, 15)
        text = await screen.text()
        assert {len(line) for line in text.split("\n")} == {40}
        assert len(text.split("\n")) == 15


async def test_it_looks_by_itself_when_nobody_asks_it_to() -> None:
    door = Door("09:59").hears(CHOIR)
    async with door.shown() as screen:
        drawn = screen.app._drawn
        door.clock.set("10:00")
        for _ in range(200):
            await screen.pilot.pause(0.05)
            if screen.app._drawn != drawn:
                break
        assert any("✖ BELEGT" in text for row in screen.app._drawn for text, _ in row)


def test_lines_say_the_same_to_a_screen_reader() -> None:
    door = Door("10:30").hears(CHOIR, LATER, TOMORROW)
    door.clock.set("11:55")
    door.watch.connected(is_linked=False)
    view = door.watch.view()
    assert view.state is not None
    lines = plain(told(view, view.state, [Words("de")]), now_word="Jetzt")
    assert lines == [
        "Saal A",
        "VERALTET. Von 10:30. Bitte an der Theke fragen.",
        "BELEGT bis 12:00",
        "Jetzt: Chor Süd e. V.",
        "Gleich zu Ende",
        "Danach: 14:00–16:00 ? Angefragt",
        "Danach: Mi 3. Juni 09:00–11:00 Kita Löwenzahn",
        f"Jetzt buchen: {LINK}",
        "Stand 10:30",
        "Keine Verbindung",
    ]
