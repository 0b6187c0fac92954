"""What phones get from a label, a code at a door, or a calendar's link; and what nobody gets."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import icalendar
import pytest

from devices.web.app import SAFE
from sharing import codes
from sharing.catalogue import actions as catalogue
from sharing.catalogue.rules import LocationKind
from sharing.codes import CodeKind
from sharing.house import House
from sharing.rooms.calendars.feed import Scope
from sharing.rooms.calendars.tokens import open_feed, revoke_feed
from sharing.terms.actions import set_terms
from sharing.terms.rules import Contact
from tests.devices.web.screens import Screens, overflow, violations
from tests.devices.web.site import Site, choir, hall
from tests.fakes import FakeClock
from tests.sharing.desk import texts
from tests.sharing.rooms.lodge import Lodge, make_lodge


@pytest.fixture
def lodge(house: House, clock: FakeClock) -> Lodge:
    """A house with things, rooms, people and somebody on the telephone."""
    lodge = make_lodge(house, clock)
    contacts = (Contact("Ausleihe", "0711 123456", tuple(range(7))),)
    set_terms(house.store, {"contacts": contacts}, act=lodge.act(), by=None)
    return lodge


@pytest.fixture
def house_site(lodge: Lodge) -> Iterator[Site]:
    """A server with the journal of that house."""
    site = Site(store=lodge.house.store)
    site.start()
    yield site
    site.stop()


def test_a_label_says_what_a_thing_is_that_it_is_free_and_how_to_use_it(
    house_site: Site, lodge: Lodge
) -> None:
    item = lodge.desk.items["beamer1"]
    how_to = texts("Erst Strom.\nDann die <Linse>.", "First power.")
    catalogue.change_model(
        lodge.house.store, item.model.id, act=lodge.act(), how_to=how_to, checklist=("Kabel",)
    )

    page = house_site.get(f"/i/{lodge.desk.code('beamer1')}")

    assert page.status == 200
    assert '<h1 dir="auto">Beamer 1</h1>' in page.text
    assert 'data-status="free"' in page.text
    assert "<span>Frei</span>" in page.text
    assert "Erst Strom.\nDann die &lt;Linse&gt;." in page.text
    for word in ("Kabel", "Regal", "0711 123456", "7 Tage", codes.grouped(lodge.desk.code("beamer1"))):
        assert word in page.text


def test_the_number_to_call_is_one_that_a_phone_calls(house_site: Site, lodge: Lodge) -> None:
    page = house_site.get(f"/i/{lodge.desk.code('beamer1')}").text

    assert '<a href="tel:0711123456">0711 123456</a>' in page
    contacts = (Contact("Ausleihe", "<b>0711</b>", tuple(range(7))),)
    set_terms(lodge.house.store, {"contacts": contacts}, act=lodge.act(), by=None)
    odd = house_site.get(f"/i/{lodge.desk.code('beamer1')}").text
    assert '<a href="tel:0711">&lt;b&gt;0711&lt;/b&gt;</a>' in odd


def test_a_label_is_read_in_the_reader_s_language(house_site: Site, lodge: Lodge) -> None:
    path = f"/i/{lodge.desk.code('beamer1')}"
    for asked in ("en-GB,de;q=0.5", "fr, en;q=0.4", "en"):
        page = house_site.get(path, accept_language=asked).text
        assert '<html lang="en"' in page
        assert "Projector 1" in page
    for asked in ("de", "fr", "", "en;q=0, de", "en;q=what"):
        assert '<html lang="de"' in house_site.get(path, accept_language=asked).text
    assert '<html lang="en"' in house_site.get(f"{path}?lang=en", accept_language="de").text


def test_a_thing_that_is_out_says_until_when_and_what_is_free_instead_but_never_who_has_it(
    house_site: Site, lodge: Lodge
) -> None:
    lodge.desk.scan(lodge.desk.code("beamer1"), lodge.desk.visit("ann"))

    page = house_site.get(f"/i/{lodge.desk.code('beamer1')}").text

    assert "Ausgeliehen bis Montag, 8. Juni, 18:00 Uhr" in page
    assert 'data-status="busy"' in page
    assert "Frei ist auch: Beamer 2" in page
    for person in ("Ann", "Kaya", "AK", "x@example.org"):
        assert person not in page


def test_things_that_nobody_gets_say_so(house_site: Site, lodge: Lodge) -> None:
    assert "Wird gerade nicht ausgeliehen" in house_site.get(f"/i/{lodge.desk.code('printer')}").text
    lodge.desk.scan(lodge.desk.code("sound"), lodge.desk.visit("ann"))
    assert "Liegt für jemanden bereit" in house_site.get(f"/i/{lodge.desk.code('sound')}").text


def test_a_shelf_says_what_belongs_there(house_site: Site, lodge: Lodge) -> None:
    place = catalogue.add_location(
        lodge.house.store, act=lodge.act(), key="x", kind=LocationKind.SHELF, names=texts("<Leer>"),
        parent=lodge.desk.shelf,
    )  # fmt: skip
    with lodge.house.store.reader() as read:
        shelf = catalogue.location(read, lodge.desk.shelf)

    page = house_site.get(f"/i/{shelf.code}").text

    assert "Beamer 1 · Frei" in page
    assert "Tonanlage 1 · Frei" in page
    assert "&lt;Leer&gt;" in house_site.get(f"/i/{place.code}").text


def test_the_code_at_a_door_says_how_to_book_the_room(house_site: Site, lodge: Lodge) -> None:
    by_code = lodge.room("a", price=texts("10 € am Abend")).code
    for path in ("/book/r-a", f"/book/{lodge.rooms['a']}", f"/book/{by_code}", f"/i/{by_code}"):
        page = house_site.get(path)
        assert page.status == 200
        for word in (
            "Saal A buchen",
            "Obergeschoss",
            "20 Personen",
            "Beamer",
            "10 € am Abend",
            "0711 123456",
        ):
            assert word in page.text
    assert "Wir bestätigen jede Buchung" in house_site.get("/book/r-d").text
    lodge.room("b", bookable=False)
    assert "vergeben wir nicht" in house_site.get("/book/r-b").text


def test_what_names_nothing_gets_a_friendly_page_in_both_languages(house_site: Site, lodge: Lodge) -> None:
    unknown = codes.make(CodeKind.ITEM, 7)
    ways = (
        "/i/hallo", f"/i/{unknown}", f"/i/{lodge.desk.cards['ann']}", "/i/%00%ff", "/i/" + "9" * 3000,
        "/door/nirgends", "/door/%00", "/book/nirgends", "/code/nirgends.svg", "/feed/nichts.ics", "/admin",
        "/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py", "/static/%2fetc%2fpasswd",
        "/static/app.py", "/door/../../etc/passwd", "/static/", "/%2e%2e/%2e%2e/etc/passwd",
    )  # fmt: skip
    for way in ways:
        page = house_site.get(way)
        assert page.status == 404, way
        assert "Das finden wir nicht" in page.text
        assert "We cannot find this" in page.text
        assert "root:" not in page.text
        assert "import " not in page.text


def test_every_answer_forbids_all_that_it_does_not_send_itself(house_site: Site, lodge: Lodge) -> None:
    wanted = {name.decode(): value.decode() for name, value in SAFE.items()}
    item = f"/i/{lodge.desk.code('beamer1')}"
    for way in (
        "/door/r-a",
        "/house",
        item,
        "/book/r-a",
        "/nowhere",
        "/static/door.js",
        "/static/bold.ttf",
        "/",
    ):
        for method in ("GET", "HEAD"):
            answer = house_site.get(way, method)
            assert wanted.items() <= answer.headers.items()
            assert "server" not in answer.headers
    page = house_site.get(item).text
    for forbidden in ("style=", "onclick", "://", "<script>"):
        assert forbidden not in page


def test_nobody_is_sent_to_a_host_that_they_named_themselves(house_site: Site) -> None:
    for way in ("/house/", "/door/r-a/", "/feed/abc.ics/"):
        assert house_site.get(way).status == 404
    assert house_site.get("/").headers["location"] == "/house"


def test_head_says_the_same_as_get_without_the_page(house_site: Site, lodge: Lodge) -> None:
    for way in (f"/i/{lodge.desk.code('beamer1')}", "/house", "/static/style.css", "/nowhere"):
        full, head = house_site.get(way), house_site.get(way, "HEAD")
        assert (head.status, head.body) == (full.status, b"")
        assert head.headers["content-length"] == str(len(full.body))
    assert house_site.get("/live", "HEAD").headers["content-type"].startswith("text/event-stream")


def test_nothing_is_written_here(house_site: Site) -> None:
    for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS"):
        answer = house_site.get("/book/r-a", method)
        assert answer.status == 405
        assert "Das hat nicht geklappt" in answer.text
    assert house_site.get("/house", content_length="5").status == 413
    assert house_site.get("/house", transfer_encoding="chunked").status == 413


def test_a_calendar_is_read_with_its_token_and_only_once_until_it_changes(
    house_site: Site, lodge: Lodge
) -> None:
    store = lodge.house.store
    lodge.book("a")
    opened = open_feed(store, None, Scope.ROOM, lodge.act(), target=lodge.rooms["a"], public=True)
    path = f"/feed/{opened.token}.ics"

    first = house_site.get(path)

    assert first.status == 200
    assert first.headers["content-type"] == "text/calendar; charset=utf-8"
    assert len(icalendar.Calendar.from_ical(first.body).walk("VEVENT")) == 1
    etag = first.headers["etag"]
    for had in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        again = house_site.get(path, if_none_match=had)
        assert (again.status, again.body, again.headers["etag"]) == (304, b"", etag)
    lodge.book("a", "06-03 18:00")
    changed = house_site.get(path, if_none_match=etag)
    assert (changed.status, changed.headers["etag"] == etag) == (200, False)
    revoke_feed(store, None, opened.id, lodge.act())
    assert house_site.get(path).status == 404


def test_no_log_holds_a_code_or_a_token(
    house_site: Site, lodge: Lodge, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    code = lodge.desk.code("beamer1")
    for way in (f"/i/{code}", f"/feed/{code}.ics", f"/door/{code}", f"/nowhere/{code}"):
        house_site.get(way)

    assert code not in caplog.text + "".join(capfd.readouterr())


def test_a_house_whose_journal_cannot_be_read_says_so_and_doors_go_on(
    house_site: Site, lodge: Lodge, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> object:
        raise Busy

    from sharing.errors import Busy

    house_site.put(hall(choir()))
    monkeypatch.setattr("devices.web.facts.catalogue.thing_by_code", broken)

    page = house_site.get(f"/i/{lodge.desk.code('beamer1')}")

    assert page.status == 503
    assert "Das hat nicht geklappt" in page.text
    assert house_site.get("/door/saal").status == 200


@pytest.mark.asyncio(loop_scope="session")
async def test_pages_for_phones_can_be_used_by_everybody_with_keys_alone(
    house_site: Site, lodge: Lodge, screens: Screens
) -> None:
    for way in (f"/i/{lodge.desk.code('beamer1')}", "/book/r-a"):
        page = await screens.open(f"{house_site.address}{way}", size=(320, 640), locale="en-GB")
        assert await violations(page) == []
        assert (await overflow(page))[0] == 0
        reached = []
        for _ in range(await page.locator("a").count()):
            await page.keyboard.press("Tab")
            reached.append(await page.evaluate("document.activeElement.getAttribute('href')"))
            width = await page.evaluate("parseFloat(getComputedStyle(document.activeElement).outlineWidth)")
            assert width >= 2
        assert reached == await page.eval_on_selector_all(
            "a", "(all) => all.map((one) => one.getAttribute('href'))"
        )
        await page.get_by_text("Deutsch").click()
        assert await page.evaluate("document.documentElement.lang") == "de"
