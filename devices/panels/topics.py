"""What the topics of door panels are called; one place for whoever writes, reads or allows them.

In a topic stands the id of a room and never its name, which may hold anything. A panel's id is made of small
letters, digits and hyphens. The house is called as `sync.topics.topic_house` says.
"""

from __future__ import annotations

import re
from typing import Final

ROOT: Final = "teilhaus/v1"
ONLINE: Final = "homeassistant/status"
"""Where Home Assistant says that it was started."""
PANEL_ID: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?")
"""What a panel may be called."""
_ROOM: Final = re.compile(r"[0-9a-f]{1,64}")


def state(house: str, room: str) -> str:
    """Retained JSON of `RoomState`."""
    return f"{ROOT}/{house}/room/{room}/state"


def agenda(house: str, room: str) -> str:
    """Retained JSON of `Agenda`: today and tomorrow."""
    return f"{ROOT}/{house}/room/{room}/agenda"


def health(house: str, room: str) -> str:
    """Retained JSON: whether what the room says is fresh."""
    return f"{ROOT}/{house}/room/{room}/health"


def event(house: str, room: str) -> str:
    """What happened just now; not retained."""
    return f"{ROOT}/{house}/room/{room}/event"


def image(house: str, room: str, profile: str) -> str:
    """Retained PNG for panels of this profile."""
    return f"{ROOT}/{house}/room/{room}/panel/{profile}/image"


def meta(house: str, room: str, profile: str) -> str:
    """Retained JSON about the PNG; published after it."""
    return f"{ROOT}/{house}/room/{room}/panel/{profile}/meta"


def command(house: str, room: str, what: str) -> str:
    """A command from a door: `book`, `arrive` or `end`; not retained."""
    return f"{ROOT}/{house}/room/{room}/cmd/{what}"


def answer(house: str, room: str, command_id: str) -> str:
    """The answer to the command with this id; not retained."""
    return f"{ROOT}/{house}/room/{room}/cmd/ack/{command_id}"


def panel_config(house: str, panel: str) -> str:
    """Retained JSON for one panel: its room, profile and languages."""
    return f"{ROOT}/{house}/panel/{panel}/config"


def panel_telemetry(house: str, panel: str) -> str:
    """What a panel says about itself: battery, shown etag; retained."""
    return f"{ROOT}/{house}/panel/{panel}/telemetry"


def panel_status(house: str, panel: str) -> str:
    """Whether a panel is there: online, sleeping, offline (its last will); retained."""
    return f"{ROOT}/{house}/panel/{panel}/status"


def publisher_status(house: str) -> str:
    """Whether the publisher is there: retained JSON, its last will says offline."""
    return f"{ROOT}/{house}/devices/status"


def discovery(house: str, room: str) -> str:
    """Home Assistant's retained description of a room as a device."""
    return f"homeassistant/device/teilhaus_{house}_{room}/config"


def rooms(house: str) -> str:
    """All there is about rooms, for a subscription."""
    return f"{ROOT}/{house}/room/#"


def parts_of(house: str, topic: str) -> tuple[str, tuple[str, ...]] | None:
    """Split `…/room/<room>/state` into the room (or panel) and what follows; None: it is not one of these.

    Rooms come as `room` first: `("room:<id>", ("state",))`, panels as `("panel:<id>", ("status",))`, what
    Home Assistant is told of a room as `("room:<id>", ("discovery",))`.
    """
    if topic.startswith(before := f"homeassistant/device/teilhaus_{house}_"):
        room = topic.removeprefix(before).removesuffix("/config")
        return (f"room:{room}", ("discovery",)) if _ROOM.fullmatch(room) else None
    top = f"{ROOT}/{house}/"
    if not topic.startswith(top):
        return None
    kind, _, rest = topic.removeprefix(top).partition("/")
    name, _, what = rest.partition("/")
    pattern = {"room": _ROOM, "panel": PANEL_ID}.get(kind)
    if pattern is None or not what or not pattern.fullmatch(name):
        return None
    return f"{kind}:{name}", tuple(what.split("/"))
