"""Tells each panel, retained, which room is its own and where its picture comes."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from devices.panels import topics
from devices.panels.message import Message
from devices.panels.panel import Panel


class Configured(msgspec.Struct, frozen=True, kw_only=True):
    """What a panel is told; `room` is empty if its room is none any more."""

    v: int = 1
    panel: str
    room: str
    profile: str
    second_language: str
    state: str
    image: str
    meta: str
    """Topics."""


class Configuring:
    """Keeps what panels are told as the book of panels says; used by one thread."""

    def __init__(self, house: str) -> None:
        """Tell nobody anything yet.

        Args:
            house: what it is called in topics.
        """
        self._house = house
        self._said: dict[str, bytes] = {}
        self._foreign: set[str] = set()

    def forget(self) -> None:
        """Tell everybody again: the broker may have lost it."""
        self._said.clear()

    def heard(self, panel: str, payload: bytes) -> None:
        """Take what stands retained for a panel, ours or not."""
        if payload != self._said.get(panel, b""):
            self._said.pop(panel, None)
            self._foreign.add(panel)

    def tick(self, panels: Mapping[str, Panel], rooms: frozenset[str]) -> list[Message]:
        """Tell what is new; who is in the book no more is told nothing any more.

        Args:
            panels: by id.
            rooms: ids of the rooms that have doors.
        """
        gone = (self._said.keys() | self._foreign) - panels.keys()
        theirs = (topics.panel_config, topics.panel_telemetry, topics.panel_status)
        found = [Message(topic(self._house, one), b"") for one in sorted(gone) for topic in theirs]
        for one in gone:
            self._said.pop(one, None)
        self._foreign.clear()
        for panel in panels.values():
            payload = self._payload(panel, panel.room if panel.room in rooms else "")
            if self._said.get(panel.id) != payload:
                self._said[panel.id] = payload
                found.append(Message(topics.panel_config(self._house, panel.id), payload))
        return found

    def _payload(self, panel: Panel, room: str) -> bytes:
        return msgspec.json.encode(
            Configured(
                panel=panel.id, room=room, profile=panel.profile, second_language=panel.second_language,
                state=topics.state(self._house, room) if room else "",
                image=topics.image(self._house, room, panel.picture) if room else "",
                meta=topics.meta(self._house, room, panel.picture) if room else "",
            )
        )  # fmt: skip
