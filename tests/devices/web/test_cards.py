"""A card at a door with a web page: arriving, leaving, booking now; and who may not."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator

import pytest
from playwright.async_api import Page, expect

from devices.panels.granting import Granting
from devices.web import cards
from sharing.house import House
from sharing.rooms.looking import day
from sharing.rooms.rules import State
from tests.devices.web.screens import Screens, says, violations
from tests.devices.web.site import Answer, Site, hall
from tests.fakes import FakeClock
from tests.sharing.rooms.lodge import Lodge, at, make_lodge


@pytest.fixture
def lodge(house: House, clock: FakeClock) -> Lodge:
    """A house with rooms and people."""
    return make_lodge(house, clock)


@pytest.fixture
def door(lodge: Lodge) -> Iterator[Site]:
    """A server that takes cards."""
    site = Site(store=lodge.house.store, granting=Granting(lodge.house), now=lodge.clock.at)
    site.start()
    site.put(hall(key="r-a", id_=lodge.rooms["a"], de="Saal A"))
    yield site
    site.stop()


def shown(door: Site, lodge: Lodge, card: str, *, room: str = "a") -> Answer:
    return door.post(f"/door/{lodge.rooms[room]}/card", {"card": card})


def done(door: Site, lodge: Lodge, granted: Answer, **more: object) -> Answer:
    told = json.loads(granted.body)
    command = {"id": "x1", "token": told["token"], "expires_at": told["expires_at"], **more}
    return door.post(f"/door/{lodge.rooms['a']}/do/{told['what']}", command)


def states(lodge: Lodge) -> list[State]:
    rooms = day(lodge.house.store, at("06-01 00:00").date())
    return [one.state for room, dates in rooms if room.id == lodge.rooms["a"] for one in dates]


def test_a_card_books_the_room_now_and_once(door: Site, lodge: Lodge) -> None:
    granted = shown(door, lodge, lodge.desk.cards["ann"])
    assert (granted.status, json.loads(granted.body)["what"]) == (200, "book")

    booked = done(door, lodge, granted, minutes=30)

    assert booked.status == 200
    assert json.loads(booked.body)["said"] == {
        "de": "Bis 10:30 gehört der Raum Ihnen.",
        "en": "The room is yours until 10:30.",
    }
    assert states(lodge) == [State.CONFIRMED]
    again = done(door, lodge, granted, minutes=30)
    assert again.status == 422
    assert "Das hat nicht" in json.loads(again.body)["said"]["de"] or "noch einmal" in again.text


def test_a_card_that_the_house_does_not_know_is_told_why_in_every_language(door: Site, lodge: Lodge) -> None:
    for card in ("1" * 16, "hallo", "", lodge.desk.code("beamer1")):
        refused = shown(door, lodge, card)
        assert refused.status == 422
        assert set(json.loads(refused.body)["said"]) == {"de", "en"}
    assert states(lodge) == []


def test_whoever_was_too_late_reads_what_is_in_the_way(door: Site, lodge: Lodge) -> None:
    granted = shown(door, lodge, lodge.desk.cards["ann"])
    lodge.book("a", "06-01 10:00")
    refused = done(door, lodge, granted, minutes=30)
    assert refused.status == 422
    said = json.loads(refused.body)["said"]
    assert "Saal A" in said["de"]
    assert "–, –" not in said["de"] + said["en"]


def test_cards_cannot_be_tried_out(door: Site, lodge: Lodge) -> None:
    statuses = {shown(door, lodge, "2" * 16).status for _ in range(10)}
    assert statuses == {422, 429}


def test_a_card_is_taken_only_where_nobody_listens_in_between(door: Site, lodge: Lodge) -> None:
    card = {"card": lodge.desk.cards["ann"]}
    path = f"/door/{lodge.rooms['a']}/card"
    assert door.post(path, card, x_forwarded_proto="http").status == 403
    assert door.post(path, card, content_type="text/plain").status == 415
    for name in ("x_forwarded_for", "via", "forwarded"):  # a proxy that does not say how it was asked
        assert door.post(path, card, **{name: "10.0.0.9"}).status == 403
    assert door.post(path, card, x_forwarded_proto="https").status == 200
    assert 'id="with-card"' in door.get("/door/r-a").text
    assert 'id="with-card"' not in door.get("/door/r-a", x_forwarded_proto="http").text


def test_a_card_that_never_comes_whole_is_not_waited_for(
    door: Site, lodge: Lodge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cards, "BODY_S", 0.2)
    head = f"POST /door/{lodge.rooms['a']}/card HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    with socket.create_connection(("127.0.0.1", door.port), timeout=10) as one:
        one.sendall(f'{head}Content-Length: 100\r\n\r\n{{"card": "1'.encode())
        assert one.recv(65536).startswith(b"HTTP/1.1 408")


def test_nonsense_from_a_page_does_nothing(door: Site, lodge: Lodge) -> None:
    path = f"/door/{lodge.rooms['a']}"
    for body in (b"", b"null", b"[1]", b'{"card": 5}', b"\xff" * 100):
        assert door.post(f"{path}/card", body).status == 400
        assert door.post(f"{path}/do/book", body).status == 429  # nobody to answer: it has no id
    assert door.post(f"{path}/card", b"x" * 2000).status == 413
    assert door.post("/door/nowhere/card", {"card": lodge.desk.cards["ann"]}).status == 422
    assert states(lodge) == []


def test_a_server_without_the_journal_takes_no_card(lodge: Lodge) -> None:
    site = Site()
    site.start()
    try:
        site.put(hall())
        assert 'id="with-card"' not in site.get("/door/saal").text
        assert site.post("/door/ab01/card", {"card": "1"}).status == 403
    finally:
        site.stop()


async def scan(page: Page, digits: str) -> None:
    """Type as a scanner does."""
    await page.keyboard.type(digits)
    await page.keyboard.press("Enter")


@pytest.mark.asyncio(loop_scope="session")
async def test_a_card_scanned_at_the_door_books_and_gives_the_room_back(
    door: Site, lodge: Lodge, screens: Screens
) -> None:
    page = await screens.open(f"{door.address}/door/r-a")
    await page.get_by_role("button", name="Mit Karte").click()
    assert await violations(page) == []
    await page.keyboard.press("Escape")
    await expect(page.locator("#card")).to_be_hidden()

    await scan(page, lodge.desk.cards["ann"])
    await says(page, "#card-says", "Wie lange? How long?")
    assert await violations(page) == []
    await page.get_by_role("button", name="60 Minuten").click()
    await says(page, "#card-says", "Bis 11:00 gehört der Raum Ihnen.")
    await page.get_by_role("button", name="Zurück").click()
    await expect(page.locator("#card")).to_be_hidden()
    assert await page.locator("#card-says").inner_html() == ""

    await scan(page, lodge.desk.cards["ann"])
    await page.get_by_role("button", name="Raum freigeben").click()
    await says(page, "#card-says", "Danke! Der Raum ist wieder frei.")
    assert states(lodge) == [State.ENDED]


@pytest.mark.asyncio(loop_scope="session")
async def test_a_scanner_whose_last_key_is_late_presses_nothing(
    door: Site, lodge: Lodge, screens: Screens
) -> None:
    """The Enter of a slow scanner pressed the first button of what the card may do: the room was booked."""
    page = await screens.open(f"{door.address}/door/r-a", clock=lodge.clock.at)
    await expect(page.locator("#with-card")).to_be_visible()

    await page.keyboard.type(lodge.desk.cards["ann"])
    await page.clock.run_for(200)
    await says(page, "#card-says", "Wie lange?")
    await page.keyboard.press("Enter")
    await says(page, "#card-says", "Wie lange?")
    await page.clock.run_for(1000)
    await says(page, "#card-says", "Wie lange?")
    assert states(lodge) == []

    await page.keyboard.press("Enter")
    await says(page, "#card-says", "gehört der Raum Ihnen")


@pytest.mark.asyncio(loop_scope="session")
async def test_a_card_can_be_typed_with_keys_alone_and_is_forgotten(
    door: Site, lodge: Lodge, screens: Screens
) -> None:
    lodge.book("a", "06-01 10:10")
    page = await screens.open(f"{door.address}/door/r-a", clock=lodge.clock.at)
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await says(page, "#card-says", "Karte scannen, oder ihre Nummer tippen")
    await page.keyboard.type(lodge.desk.cards["ann"])
    await page.keyboard.press("Enter")
    await says(page, "#card-says", "Ich bin da")

    await page.clock.run_for(31_000)

    await expect(page.locator("#card")).to_be_hidden()
    assert lodge.desk.cards["ann"] not in await page.content()
    assert states(lodge) == [State.CONFIRMED]
