"""Door panels: what each is, and what may be said to it and by it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

import msgspec

from devices.panels import topics
from devices.panels.picture.profiles import profile_named
from sharing.errors import BadValue

USER: Final = "panel."
"""Begins the name under which a panel logs in; no machine's name has a dot."""
PUBLISHER: Final = "house.devices"
"""Under which whoever says how rooms stand logs in."""
DOORS: Final = "house.doors"
"""Under which doors in a terminal of the broker's own machine log in; they say nothing."""
HOME_ASSISTANT: Final = "house.homeassistant"


class Panel(msgspec.Struct, frozen=True, kw_only=True):
    """One panel at a door."""

    id: str
    room: str
    profile: str
    """Size and palette of its picture: `800x480-bw`."""
    second_language: str = ""

    @property
    def picture(self) -> str:
        """Which picture of its room it shows: panels that show the same share it."""
        return f"{self.profile}-{self.second_language}" if self.second_language else self.profile

    def notes(self) -> dict[str, str]:
        """Write it as short texts."""
        return {"room": self.room, "profile": self.profile, "second_language": self.second_language}


def panel_of(user: str, notes: Mapping[str, str]) -> Panel | None:
    """Read what `notes` wrote for somebody who logs in; None: it is no panel."""
    if not user.startswith(USER) or "room" not in notes:
        return None
    return Panel(
        id=user.removeprefix(USER), room=notes["room"], profile=notes.get("profile", ""),
        second_language=notes.get("second_language", ""),
    )  # fmt: skip


def checked_panel(name: str, profile: str, language: str) -> None:
    """See that a panel can be called so and look so.

    Raises:
        BadValue: it cannot.
    """
    if not topics.PANEL_ID.fullmatch(name):
        raise BadValue(field="NAME", value=name[:40], expected="a-z, 0-9, -")
    profile_named(profile)
    if not re.fullmatch(r"([a-z]{2,3})?", language):
        raise BadValue(field="--second-language", value=language[:40], expected="en, ar, uk, …")


def panel_reads(house: str, panel: Panel) -> tuple[str, ...]:
    """Give what a panel may hear: its own room, without what others ask for there."""
    room, any_of = panel.room, "+"
    return (
        topics.state(house, room), topics.agenda(house, room), topics.health(house, room),
        topics.event(house, room), topics.image(house, room, any_of), topics.meta(house, room, any_of),
        topics.answer(house, room, any_of), topics.panel_config(house, panel.id),
    )  # fmt: skip


def panel_writes(house: str, panel: Panel) -> tuple[str, ...]:
    """Give what a panel may say: how it is, and what somebody at its door asks for."""
    asks = tuple(topics.command(house, panel.room, what) for what in COMMANDS)
    return (topics.panel_telemetry(house, panel.id), topics.panel_status(house, panel.id), *asks)


COMMANDS: Final = ("book", "arrive", "end")
"""What can be asked for at a door."""


def publisher_hears(house: str) -> tuple[str, ...]:
    """Give the topics that the publisher subscribes to."""
    any_of = "+"
    return (
        topics.state(house, any_of), topics.agenda(house, any_of), topics.health(house, any_of),
        topics.meta(house, any_of, any_of), topics.command(house, any_of, any_of),
        topics.panel_config(house, any_of), topics.panel_telemetry(house, any_of),
        topics.panel_status(house, any_of), topics.ONLINE, "homeassistant/device/+/config",
    )  # fmt: skip


def publisher_reads(house: str) -> tuple[str, ...]:
    """Give what the publisher may hear."""
    return (*publisher_hears(house), topics.publisher_status(house))


def publisher_writes(house: str) -> tuple[str, ...]:
    """Give what only the publisher may say."""
    return (
        topics.rooms(house), topics.panel_config(house, "+"), topics.panel_telemetry(house, "+"),
        topics.panel_status(house, "+"), topics.publisher_status(house), "homeassistant/device/+/config",
    )  # fmt: skip


def doors_read(house: str) -> tuple[str, ...]:
    """Give what a door in a terminal may hear: how every room stands."""
    return (topics.state(house, "+"), topics.agenda(house, "+"))


def home_assistant_reads(house: str) -> tuple[str, ...]:
    """Give what Home Assistant may hear: all that panels are told, and how they are."""
    any_of = "+"
    return (
        topics.state(house, any_of), topics.agenda(house, any_of), topics.health(house, any_of),
        topics.event(house, any_of), topics.image(house, any_of, any_of), topics.meta(house, any_of, any_of),
        topics.panel_telemetry(house, any_of), topics.panel_status(house, any_of),
        topics.publisher_status(house), "homeassistant/#",
    )  # fmt: skip


HOME_ASSISTANT_WRITES: Final = ("homeassistant/#",)
