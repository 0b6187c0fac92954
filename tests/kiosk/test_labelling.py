"""A label that was printed in advance is claimed at its first scan."""

from __future__ import annotations

from sharing import codes
from sharing.catalogue import actions as catalogue
from sharing.catalogue.rules import Item
from sharing.codes import CodeKind
from tests.kiosk.counter import Counter, Town, open_counter

NEW = codes.make(CodeKind.ITEM, 4_711_000_815)


def holder(town: Town, code: str = NEW) -> Item | None:
    with town.house.store.reader() as read:
        found = catalogue.thing_by_code(read, code)
    assert found is None or isinstance(found, Item)
    return found


async def open_first_thing(counter: Counter) -> None:
    await counter.press(*"beamer", "enter", "1")
    assert counter.mode == "item"


async def test_staff_are_asked_what_a_new_label_is_for_and_say_it_once(town: Town) -> None:
    async with open_counter(town) as counter:
        await counter.sign_in()
        await counter.burst(NEW)
        assert "Neuer Aufkleber: Er gehört noch zu keinem Ding." in counter.text
        await counter.press("1")
        assert counter.mode == "things"
        await open_first_thing(counter)
        await counter.burst(NEW)
        assert "Gehört der neue Aufkleber zu" in counter.text
        assert counter.cut == []
        assert holder(town) is None
        await counter.press("1")
        assert counter.mode == "item"
        item = holder(town)
        assert item is not None
        assert item.name("de") in counter.text
        assert "Gespeichert. Der neue Aufkleber gehört jetzt zu diesem Ding." in counter.text
        assert counter.cut == []
        await counter.press("9")
        await counter.burst(NEW)
        assert counter.mode == "item"
        assert "Gespeichert" not in counter.text


async def test_no_claims_nothing(town: Town) -> None:
    async with open_counter(town) as counter:
        await counter.sign_in()
        await counter.press("3")
        await open_first_thing(counter)
        await counter.burst(NEW)
        await counter.press("9")
        assert counter.mode == "item"
        assert holder(town) is None


async def test_a_visitor_is_told_that_nobody_knows_the_label(town: Town) -> None:
    async with open_counter(town) as counter:
        await counter.burst(NEW)
        assert "Neuer Aufkleber" not in counter.text
        assert holder(town) is None
