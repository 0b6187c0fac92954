"""Draws the pictures that panels show: one at a time, and only if they say something else than before.

A picture takes 30 ms, a state 1: so states go first, and pictures come when nothing else is to be said.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Container, Sequence
from typing import Final

import msgspec

from devices.panels import topics
from devices.panels.message import Message
from devices.panels.panel import Panel
from devices.panels.picture.picture import Meta, etag, picture, wake_s
from devices.panels.picture.profiles import Profile, profile_named
from devices.panels.state import RoomState, next_boundary
from devices.words import Words
from sharing.rooms.rules import Room

Speak = Callable[[str], Words | None]
"""Gives the words of a language, None if there are none."""
Battery = Callable[[str], float | None]
"""Gives what a panel said of its battery last, in per cent."""
_BOTH: Final = (topics.image, topics.meta)
_log = logging.getLogger(__name__)


class Pictures:
    """Keeps the pictures of all panels as the states of their rooms are; used by one thread."""

    def __init__(
        self,
        house: str,
        panels: Callable[[str], Sequence[Panel]],
        speak: Speak,
        battery: Battery = lambda _panel: None,
        beside: Speak | None = None,
    ) -> None:
        """Draw nothing yet.

        Args:
            house: what it is called in topics.
            panels: gives those at the door of a room.
            speak: gives the words of a language.
            battery: a low one is written below the picture.
            beside: gives the words of a second language; None: as `speak` does.
        """
        self._house, self._panels, self._speak, self._battery = house, panels, speak, battery
        self._beside = beside or speak
        self._wanted: dict[tuple[str, str], tuple[RoomState, Panel]] = {}
        """By room and picture; what is asked for again meanwhile is drawn once."""
        self._said: dict[tuple[str, str], Meta] = {}
        self._drawn: dict[tuple[str, str], bytes] = {}
        """The pictures themselves: a broker that forgot them is not worth drawing them again."""
        self._known: set[tuple[str, str]] = set()
        """Those that the broker has."""
        self._kept: set[tuple[str, str]] = set()
        """Those that it was heard to have, since that was looked at last."""

    @property
    def pending(self) -> bool:
        """Whether something is still to be drawn."""
        return bool(self._wanted)

    def room(self, room: Room, state: RoomState) -> list[Message]:
        """Remember that a state was said: its pictures follow."""
        shown = {panel.picture: panel for panel in self._panels(room.id)}
        for name, panel in shown.items():
            self._wanted[room.id, name] = (state, panel)
        gone = [key for key in self._said if key[0] == room.id and key[1] not in shown]
        return [one for key in gone for one in self._taken_away(key)]

    def gone(self, room: str) -> list[Message]:
        """Take the pictures of a room away."""
        for key in [key for key in self._wanted if key[0] == room]:
            del self._wanted[key]
        return [one for key in list(self._said) if key[0] == room for one in self._taken_away(key)]

    def heard(self, room: str, name: str) -> None:
        """Take note that the broker has a picture, whoever drew it when."""
        self._kept.add((room, name))

    def left_over(self, rooms: Container[str]) -> list[Message]:
        """Take away what the broker kept of panels that were removed while nobody was here to do it.

        Args:
            rooms: ids of the rooms that have doors; what there is of others somebody else takes away.
        """
        kept, self._kept = self._kept, set()
        found = [
            key for key in sorted(kept)
            if key[0] in rooms and key[1] not in {panel.picture for panel in self._panels(key[0])}
        ]  # fmt: skip
        return [Message(topic(self._house, *key), b"") for key in found for topic in _BOTH]

    def forget(self) -> None:
        """Send all of them again when their states are said."""
        self._known.clear()

    def work(self) -> list[Message]:
        """Draw one of those that are to be drawn; what says the same as before is not drawn again.

        One that cannot be drawn (a profile that the book has and this software has not, a name that no font
        can take) is none, and all others come: what is said beside it must not be lost with it.
        """
        if not self._wanted:
            return []
        key = next(iter(self._wanted))
        state, panel = self._wanted.pop(key)
        spoken = [words for tag in state.languages if (words := self._speak(tag)) is not None]
        second = self._beside(panel.second_language) if panel.second_language else None
        try:
            profile = profile_named(panel.profile)
            return self._shown(key, state, profile, [*spoken[:1], *([second] if second else [])])
        except Exception as error:  # noqa: BLE001 the door to letters, fonts and codes
            _log.warning("picture %s: %s: %s", "/".join(key), type(error).__name__, error)
            return []

    def _lowest(self, key: tuple[str, str]) -> float | None:
        """Give the lowest battery of the panels that share a picture."""
        found = (self._battery(one.id) for one in self._panels(key[0]) if one.picture == key[1])
        return min((one for one in found if one is not None), default=None)

    def _shown(
        self, key: tuple[str, str], state: RoomState, profile: Profile, words: Sequence[Words]
    ) -> list[Message]:
        said, found, battery = self._said.get(key), list[Message](), self._lowest(key)
        if said is None or said.etag != etag(state, profile, words, battery=battery):
            made = picture(state, profile, words, battery=battery)
            said = Meta(**{name: getattr(made, name) for name in Meta.__struct_fields__})
            self._drawn[key] = made.png
            self._known.discard(key)
        if key not in self._known:
            self._known.add(key)
            found.append(Message(topics.image(self._house, *key), self._drawn[key]))
        change = next_boundary(state, state.generated_at)
        self._said[key] = msgspec.structs.replace(
            said, valid_until=state.valid_until, next_change_at=change,
            next_wake_s=wake_s(change, state.generated_at),
        )  # fmt: skip
        return [*found, Message(topics.meta(self._house, *key), msgspec.json.encode(self._said[key]))]

    def _taken_away(self, key: tuple[str, str]) -> list[Message]:
        del self._said[key], self._drawn[key]
        self._known.discard(key)
        return [Message(topic(self._house, *key), b"") for topic in _BOTH]
