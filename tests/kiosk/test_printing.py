"""A Leihschein from the staff desk: printed beside, and a printer that is gone stops nobody."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from devices.slips.slip import Slip
from kiosk import paper
from sharing.lending.actions import CheckOut, check_out
from sharing.lending.looking import loans_of
from sharing.people.organisations import add_member, organisation_changed
from sharing.people.rules import OrganisationKind
from tests.devices.slips.reading import rolled
from tests.kiosk.counter import Counter, Town, open_counter

PATIENCE_S = 30


def lend(town: Town) -> None:
    store = town.house.store
    things = (town.items["Beamer 1"].id, town.items["Mikrofon 1"].id)
    check_out(store, CheckOut(store.new_act(), town.persons["Jonas Weber"], things))


async def printed(counter: Counter) -> None:
    """Wait for the printing beside the desk."""
    deadline = time.monotonic() + PATIENCE_S
    while any(one.group == "printing" for one in counter.app.workers):
        assert time.monotonic() < deadline
        await counter.pilot.pause(0.02)
    await counter.settle()


async def test_staff_print_what_a_person_has(town: Town, tmp_path: Path) -> None:
    lend(town)
    device = tmp_path / "lp0"
    device.touch()
    async with open_counter(town) as counter:
        counter.app.printer = str(device)
        await counter.sign_in()
        await counter.press("2", *"jonas", "enter", "1")
        assert "Drucken" in counter.text
        assert counter.cut == []
        await counter.press("5")
        assert counter.mode == "person"
        await printed(counter)
    assert rolled(device.read_bytes()).height > 1000


async def test_a_key_pressed_twice_prints_once(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lend(town)
    sent: list[int] = []
    out_of_the_way = threading.Event()

    def slow(slips: list[Slip], _device: Path) -> None:
        sent.append(len(slips))
        out_of_the_way.wait(PATIENCE_S)

    monkeypatch.setattr(paper, "print_all", slow)
    async with open_counter(town) as counter:
        counter.app.printer = str(tmp_path / "lp0")
        await counter.sign_in()
        await counter.press("2", *"jonas", "enter", "1")
        counter.post("5", "5", 0.6)
        counter.post("5", "5", 0.6)
        await counter.pilot.pause(0.3)
        out_of_the_way.set()
        await printed(counter)
    assert sent == [1]


async def test_a_printer_that_is_gone_is_said_and_the_desk_goes_on(town: Town, tmp_path: Path) -> None:
    lend(town)
    async with open_counter(town) as counter:
        counter.app.printer = str(tmp_path / "lp0")
        await counter.sign_in()
        await counter.press("2", *"jonas", "enter", "1", "5")
        await printed(counter)
        assert "antwortet nicht" in counter.text
        await counter.press("9")
        assert counter.mode in {"person", "staff"}


async def test_without_a_printer_nothing_is_offered(town: Town) -> None:
    lend(town)
    async with open_counter(town) as counter:
        await counter.sign_in()
        await counter.press("2", *"jonas", "enter", "1")
        assert "Drucken" not in counter.text


def test_who_answers_for_a_group_and_is_not_known_here_yet_is_left_to_write(town: Town) -> None:
    store, person = town.house.store, town.persons["Jonas Weber"]
    with store.begin() as work:
        key = work.new_hex()
        group = organisation_changed(key, kind=OrganisationKind.GROUP, name="Chor", responsible="f" * 32)
        work.append(work.new_id(), [group])
    member = add_member(store, key, person.id, act=store.new_act())
    thing = town.items["Beamer 1"].id
    check_out(store, CheckOut(store.new_act(), member, (thing,), org=key))

    lent = paper.lent_of(store, loans_of(store, person.id))

    assert lent.org is not None
    assert (lent.org.name, lent.responsible) == ("Chor", None)
