"""The central's door: lets in who comes with a one-time code, and keeps the broker's files as the book says.

It stands around the state machine of the central, which never sees who is not enrolled yet.
"""

from __future__ import annotations

import hmac
import logging
import os
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from time import monotonic
from typing import Final, Protocol

from sharing.errors import BrokerFailed, CodeExpired, CodeUsed, CodeWrong
from sharing.house import CARD_KEY, House
from sync.enrolling import register
from sync.enrolling.register import Register
from sync.events import Effect, Event, Note, Received, Send, Tick
from sync.files import write_whole
from sync.mosquitto.credentials import NOBODY, PASSWORDS, Rules, hashed, new_password, write_credentials
from sync.mosquitto.own import CREDENTIALS
from sync.protocol import BadFrame, Enrol, Enrolled, Refused, Revoked, decode, encode
from sync.topics import CENTRAL, is_joining, joining, topic_house

ADOPTING: Final = "adopting"
"""This file says that the house is there already, and its first machine brings the key of its cards."""
GOODBYE_S: Final = 1.0
"""Between telling a machine that it was revoked and throwing it out, so that it still hears it."""
_KEY: Final = re.compile(r"k[1-9][0-9]{0,8} [0-9a-f]{64}")
"""A line of a card key file: what is none would keep the central from opening."""
_log = logging.getLogger(__name__)


class Inner(Protocol):
    """The state machine behind the door."""

    def step(self, event: Event) -> Sequence[Effect]:
        """Take an event."""
        ...


class Reception:
    """A machine around a machine; `step` is called by one thread only."""

    def __init__(
        self,
        inner: Inner,
        house: House,
        central_line: str,
        *,
        ca: str = "",
        reload: Callable[[], None] = lambda: None,
        seconds: Callable[[], float] = monotonic,
    ) -> None:
        """Take what is behind the door.

        Args:
            inner: the central's state machine.
            house: the open house.
            central_line: the central's own line in the broker's password file.
            ca: certificates (PEM) that a new machine must know to trust the broker.
            reload: tells the broker to read its files again; nothing where somebody else's broker is used.
            seconds: a clock that never goes back.
        """
        self._inner, self._house, self._ca = inner, house, ca
        self._central_line, self._reload, self._seconds = central_line, reload, seconds
        self._throw_out_at: float | None = None
        self._book = Register()
        self._seen: tuple[int, ...] | None = None
        self._written: dict[str, str] | None = None
        self._rules: dict[str, Rules] = {}
        self.refused = 0
        """How often somebody came with a code that brings nobody in."""

    def step(self, event: Event) -> list[Effect]:
        """Take an event: who is not enrolled is dealt with here, all else behind the door.

        Raises:
            Storage: as the machine behind the door.
        """
        told: list[Effect] = self.refresh() if isinstance(event, Tick) else []
        if isinstance(event, Received) and is_joining(event.node):
            return self._enrol(event) if event.channel == "up" else []
        if isinstance(event, Received) and event.channel in {"up", "status"}:
            self._came(event.node)
        return [*told, *self._inner.step(event)]

    def refresh(self) -> list[Effect]:
        """Bring the broker's files up to date with the book, which commands change too.

        A machine that is in it no more is told so first, and thrown out a moment later.
        """
        seen, now = self._stamp(), self._now()
        users, written = self._book.users(now), self._written
        if (
            seen == self._seen
            and written is not None
            and users.keys() == written.keys()
            and self._has_files()
        ):
            return []
        if seen != self._seen:
            with register.changing(self._house.data):
                self._seen, self._book = self._stamp(), register.read(self._house.data)
            users = self._book.users(now)
        known = written or {}
        machines = known.keys() - users.keys() - self._rules.keys()
        gone = {one: known[one] for one in machines if not is_joining(one)}
        told: list[Effect] = []
        if gone and self._throw_out_at is None:
            self._throw_out_at = self._seconds() + GOODBYE_S
            told = [Send("down", one, encode(Revoked(node=one))) for one in sorted(gone)]
        if not gone or (self._throw_out_at is not None and self._seconds() >= self._throw_out_at):
            self._throw_out_at, gone = None, {}
        self._write(users | gone)
        return told

    def _has_files(self) -> bool:
        return (self._house.data / CREDENTIALS / PASSWORDS).exists()

    def _stamp(self) -> tuple[int, ...]:
        try:
            found = (self._house.data / register.FILE).stat()
        except FileNotFoundError:
            return ()
        return found.st_ino, found.st_mtime_ns, found.st_size

    def _now(self) -> int:
        return self._house.store.clock.read().at

    def _write(self, users: dict[str, str]) -> None:
        rules = self._book.rules()
        if users == self._written and rules == self._rules and self._has_files():
            return
        lines = {CENTRAL: self._central_line, **users}
        write_for(self._house.data, self._house.store.house, lines, rules)
        try:
            self._reload()
        except BrokerFailed as error:
            _log.warning("broker: %s", error)  # it reads the files when it is started again
        self._written, self._rules = users, rules

    def _change(self, change: Callable[[Register], Register]) -> None:
        with register.changing(self._house.data):
            self._book = change(register.read(self._house.data))
            register.write(self._house.data, self._book)
            self._seen = self._stamp()
        self._write(self._book.users(self._now()))

    def _came(self, node: str) -> None:
        one = self._book.invited.get(node)
        if one is not None and one.used_at is None and node in self._book.nodes:
            now = self._now()
            self._change(lambda book: book.came(node, now))

    def _enrol(self, event: Received) -> list[Effect]:
        try:
            frame = decode(event.payload)
        except BadFrame as bad:
            return self._refuse(event.node, bad.reason)
        if not isinstance(frame, Enrol) or joining(frame.node) != event.node:
            return self._refuse(event.node, "not_ours")
        if not self._is_ours(frame):
            return self._refuse(event.node, "house_differs")
        password, now = new_password(self._house.store.randomness), self._now()
        line = hashed(frame.node, password, randomness=self._house.store.randomness)
        try:
            self._change(lambda book: book.enrol(frame.node, line, now))
        except (CodeWrong, CodeUsed, CodeExpired) as error:
            return self._refuse(event.node, error.key.removeprefix("refusal."))
        self._adopt(frame)
        enrolled = Enrolled(
            house=self._house.store.house,
            node=frame.node,
            central=CENTRAL,
            card_key=(self._house.data / CARD_KEY).read_text("ascii"),
            password=password,
            ca=self._ca,
        )
        return [Note("enrolled", frame.node), Send("down", event.node, encode(enrolled))]

    def _refuse(self, who: str, reason: str) -> list[Effect]:
        self.refused += 1
        return [Note("not_enrolled", f"{who} {reason}"), Send("down", who, encode(Refused(reason=reason)))]

    def _is_ours(self, frame: Enrol) -> bool:
        """Say whether what comes with a house comes with this one: they have a card key in common."""
        if not frame.house:
            return True
        if frame.house != self._house.store.house:
            return False
        if self._is_adopting():
            return all(_KEY.fullmatch(line) for line in frame.card_key.splitlines()) and bool(frame.card_key)
        own = (self._house.data / CARD_KEY).read_text("ascii").splitlines()
        brought = frame.card_key.encode().splitlines()
        return any(hmac.compare_digest(one.encode(), other) for one in own for other in brought)

    def _is_adopting(self) -> bool:
        return (self._house.data / ADOPTING).exists()

    def _adopt(self, frame: Enrol) -> None:
        """Take over the key of the cards from the machine that has made them so far; once."""
        if frame.house and frame.card_key and self._is_adopting():
            write_whole(self._house.data / CARD_KEY, frame.card_key.encode())
            (self._house.data / ADOPTING).unlink()


def write_for(data: Path, house: str, users: dict[str, str], guests: Mapping[str, Rules] = NOBODY) -> None:
    """Write the broker's files of a house into its data folder.

    Raises:
        OSError: the folder cannot be written.
    """
    folder = data / CREDENTIALS
    folder.mkdir(mode=0o700, exist_ok=True)
    if os.geteuid() == 0:
        owner = data.stat()
        os.chown(folder, owner.st_uid, owner.st_gid)
    write_credentials(folder, topic_house(house), users, guests)
