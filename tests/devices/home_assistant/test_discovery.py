"""What Home Assistant is told has the shape that it wants; its real schema is tried outside the suite."""

from __future__ import annotations

from typing import Any

import msgspec

from devices.home_assistant.discovery import HomeAssistant, described
from devices.panels import state as panels
from devices.panels import topics
from devices.panels.panel import Panel
from devices.panels.state import RoomState
from kiosk.i18n import Words
from sharing.rooms.rules import Room
from sharing.texts import Texts
from tests.devices.panels.known import HALL, known
from tests.devices.panels.shelf import HOUSE
from tests.sharing.rooms.values import HOUSE as TERMS
from tests.sharing.rooms.values import at, room

WORDS = Words("de")
PANEL = Panel(id="tuer", room=HALL.id, profile="800x480-bw")
KINDS = {"binary_sensor", "sensor", "image", "event"}


def state(of: Room = HALL) -> RoomState:
    return panels.room_state(known(room=of), TERMS, at("2026-06-02 10:00"))


def payload(*some: Panel, of: Room = HALL) -> dict[str, Any]:
    return described(HOUSE, state(of), some, WORDS, "Erdgeschoss")


def test_it_has_what_the_device_form_needs_and_no_id_that_would_name_things() -> None:
    found = payload(PANEL)

    assert found["dev"]["ids"] == [f"teilhaus_{HOUSE}_{HALL.id}"]
    assert found["o"]["name"]
    for name, part in found["cmps"].items():
        assert part["p"] in KINDS, name
        assert part["uniq_id"].startswith(f"teilhaus_{HOUSE}_{HALL.id}")
        assert "object_id" not in part
    assert len({part["uniq_id"] for part in found["cmps"].values()}) == len(found["cmps"])


def test_a_room_is_available_while_the_publisher_and_its_house_are_not_while_a_panel_is() -> None:
    found = payload(PANEL)

    assert found["avty_mode"] == "all"
    assert [one["t"] for one in found["avty"]] == [
        topics.publisher_status(HOUSE),
        topics.health(HOUSE, HALL.id),
    ]
    assert topics.panel_status(HOUSE, "tuer") not in str(found)


def test_occupancy_forgets_itself_and_a_status_is_one_of_all_there_are() -> None:
    parts = payload()["cmps"]

    assert (parts["occupancy"]["dev_cla"], parts["occupancy"]["exp_aft"]) == ("occupancy", 900)
    assert parts["status"]["ops"] == ["free", "busy", "buffer", "closed", "unknown"]
    assert parts["event"]["evt_typ"] == ["arrived", "no_show", "ended_early", "walk_up"]


def test_each_picture_comes_once_and_each_panel_tells_its_battery() -> None:
    twin, other = (
        Panel(id="b", room=HALL.id, profile="800x480-bw"),
        Panel(id="c", room=HALL.id, profile="296x128-bw"),
    )
    parts = payload(PANEL, twin, other)["cmps"]

    images = [one for one in parts.values() if one["p"] == "image"]
    assert [one["img_t"] for one in images] == [
        topics.image(HOUSE, HALL.id, "296x128-bw"), topics.image(HOUSE, HALL.id, "800x480-bw"),
    ]  # fmt: skip
    assert {one["cont_type"] for one in images} == {"image/png"}
    assert {one["ent_cat"] for name, one in parts.items() if name.startswith(("battery", "seen"))} == {
        "diagnostic"
    }
    assert sum(name.startswith("battery") for name in parts) == 3


def test_a_name_in_any_script_is_only_a_name() -> None:
    hostile = room("ha11", names=Texts.of("قاعة {{ states }} </x> " + "x" * 300))
    found = msgspec.json.decode(msgspec.json.encode(payload(of=hostile)))

    assert len(found["dev"]["name"]) == 200
    assert all("قاعة" not in str(part) for part in found["cmps"].values())


def test_a_room_is_described_once_and_again_when_home_assistant_starts_or_a_panel_comes() -> None:
    some: list[Panel] = []
    told = HomeAssistant(HOUSE, lambda _room: some, WORDS)
    (first,) = told.room(HALL, state())
    assert (first.topic, first.retain) == (topics.discovery(HOUSE, HALL.id), True)
    assert told.room(HALL, state()) == []
    assert told.started() == [first]

    some.append(PANEL)
    assert len(told.room(HALL, state())) == 1
    told.forget()
    assert len(told.room(HALL, state())) == 1
    assert [one.payload for one in told.gone(HALL.id)] == [b""]
    assert told.started() == []
