"""What Home Assistant is told of a room, so that it makes a device of it by itself (MQTT discovery).

Written in the device form of 2025.1: `dev.ids`, `o.name`, and per component `p` and `uniq_id`. Whether the
room is available is what the publisher's status and the room's health say, not what a panel says: one that
sleeps would look dead. No `object_id`: what things are called is up to whoever runs Home Assistant.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import msgspec

from devices.panels import topics
from devices.panels.happenings import EVENT_TYPES
from devices.panels.message import Message
from devices.panels.panel import Panel
from devices.panels.state import VALID_MS, RoomState, Status
from devices.words import Words
from sharing.rooms.rules import Room

MOST_TEXT: Final = 255
"""Characters of a state in Home Assistant."""
_MOMENT: Final = "{{ ((value_json.%s / 1000) | as_datetime).isoformat() if value_json.%s else None }}"
"""An instant with its offset, as a timestamp sensor wants it; None is unknown."""
_NEXT: Final = (
    "{%% set one = value_json.next[0] if value_json.next else none %%}"
    "{{ ('%s' if one.asked else (one.title or one.org or '%s'))[:%d] if one else '' }}"
)
_OCCUPIED: Final = "{{ 'ON' if value_json.status == 'busy' else 'OFF' }}"


class HomeAssistant:
    """Describes rooms, once each, and again when Home Assistant was started anew."""

    def __init__(self, house: str, panels: Callable[[str], Sequence[Panel]], words: Words) -> None:
        """Describe nothing yet.

        Args:
            house: what it is called in topics.
            panels: gives those at the door of a room, as they are now.
            words: in which the parts of a device are named.
        """
        self._house, self._panels, self._words = house, panels, words
        self._said: dict[str, bytes] = {}

    def room(self, room: Room, state: RoomState) -> list[Message]:
        """Describe a room, if its description is new."""
        floor = room.floor.best(self._words.language)
        found = described(self._house, state, self._panels(room.id), self._words, floor)
        payload = msgspec.json.encode(found)
        if self._said.get(room.id) == payload:
            return []
        self._said[room.id] = payload
        return [Message(topics.discovery(self._house, room.id), payload)]

    def gone(self, room: str) -> list[Message]:
        """Take a room away."""
        self._said.pop(room, None)
        return [Message(topics.discovery(self._house, room), b"")]

    def forget(self) -> None:
        """Describe all rooms again when they are said next."""
        self._said.clear()

    def started(self) -> list[Message]:
        """Describe all rooms again: Home Assistant says that it is there."""
        return [Message(topics.discovery(self._house, room), said) for room, said in self._said.items()]


def described(
    house: str, state: RoomState, panels: Sequence[Panel], words: Words, floor: str = ""
) -> dict[str, Any]:
    """Give the payload for one room.

    Args:
        house: what it is called in topics.
        state: how the room stands; only what it is called is taken from it.
        panels: those at its door.
        words: in which the parts are named.
        floor: where it is, as Home Assistant's area.
    """
    room = state.room
    about: dict[str, Any] = {"ids": [f"teilhaus_{house}_{room}"], "name": state.name, "mf": "Teilhaus"}
    if floor:
        about["sa"] = floor
    return {
        "dev": about,
        "o": {"name": "Teilhaus", "sw": "0.1"},
        "avty": [
            {
                "t": topics.publisher_status(house),
                "val_tpl": "{{ value_json.state }}",
                "pl_avail": "online",
                "pl_not_avail": "offline",
            },
            {
                "t": topics.health(house, room),
                "val_tpl": "{{ value_json.feed }}",
                "pl_avail": "fresh",
                "pl_not_avail": "stale",
            },
        ],
        "avty_mode": "all",
        "cmps": _components(house, room, panels, words),
    }


def _components(house: str, room: str, panels: Sequence[Panel], words: Words) -> dict[str, Any]:
    state = topics.state(house, room)

    def one(kind: str, name: str, **more: Any) -> dict[str, Any]:
        known = {"p": kind, "uniq_id": f"teilhaus_{house}_{room}_{name}", "name": words(f"panels.ha.{name}")}
        return {**known, **more}

    taken, asked = (words(key).replace("'", "") for key in ("panels.taken", "door.asked"))
    found = {
        "occupancy": one(
            "binary_sensor", "occupancy", dev_cla="occupancy", stat_t=state, val_tpl=_OCCUPIED,
            exp_aft=VALID_MS // 1000,
        ),
        "status": one(
            "sensor", "status", dev_cla="enum", ops=[str(status) for status in Status], stat_t=state,
            val_tpl="{{ value_json.status }}",
        ),
        "until": one(
            "sensor", "until", dev_cla="timestamp", stat_t=state, val_tpl=_MOMENT % ("until", "until")
        ),
        "next": one("sensor", "next", stat_t=state, val_tpl=_NEXT % (asked, taken, MOST_TEXT)),
        "next_begins": one(
            "sensor", "next_begins", dev_cla="timestamp", stat_t=state,
            val_tpl="{{ ((value_json.next[0].begins / 1000) | as_datetime).isoformat()"
            " if value_json.next else None }}",
        ),
        "event": one("event", "event", evt_typ=list(EVENT_TYPES), stat_t=topics.event(house, room)),
    }  # fmt: skip
    for picture in sorted({panel.picture for panel in panels}):
        found[f"picture_{picture}"] = one("image", "picture") | {
            "uniq_id": f"teilhaus_{house}_{room}_{picture}",
            "img_t": topics.image(house, room, picture),
            "cont_type": "image/png",
        }
    for panel in panels:
        found |= _panel(house, room, panel, words)
    return found


def _panel(house: str, room: str, panel: Panel, words: Words) -> dict[str, Any]:
    """Describe how a panel is; it says so when it is awake, so nothing of it makes the room unavailable."""
    said, base = topics.panel_telemetry(house, panel.id), f"teilhaus_{house}_{room}_{panel.id}"
    return {
        f"battery_{panel.id}": {
            "p": "sensor",
            "uniq_id": f"{base}_battery",
            "name": f"{words('panels.ha.battery')} {panel.id}",
            "dev_cla": "battery",
            "unit_of_meas": "%",
            "ent_cat": "diagnostic",
            "stat_t": said,
            "val_tpl": "{{ value_json.battery }}",
        },
        f"seen_{panel.id}": {
            "p": "sensor",
            "uniq_id": f"{base}_seen",
            "name": f"{words('panels.ha.seen')} {panel.id}",
            "dev_cla": "timestamp",
            "ent_cat": "diagnostic",
            "stat_t": said,
            "val_tpl": "{{ now().isoformat() }}",
        },
    }
