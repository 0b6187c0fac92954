"""What people can do at a door: whoever scans a card is given a token that does one thing, once, soon.

A card's number never goes over the line. It is shown to us where it was read; what goes over the line is a
token of 128 random bits that we made, for one room and one deed, good for 60 seconds.
"""

from __future__ import annotations

import hashlib
import logging
import threading
from collections import Counter
from time import monotonic
from typing import Annotated, Final

import msgspec

from devices.panels.panel import COMMANDS
from sharing import codes
from sharing.allowance import Allowance
from sharing.errors import BadValue, BookingOver, NotAllowed, Refusal, TeilhausError, TooFast
from sharing.house import House
from sharing.journal.entry import Instant
from sharing.people import actions as people
from sharing.people.rules import Person, Scope, check_scope
from sharing.rooms import actions as rooms
from sharing.rooms.asking import check_may_book
from sharing.rooms.coming import arriving_in
from sharing.rooms.reading import booking_of, room_by
from sharing.rooms.rules import ChangeOf, Occurrence, State

LIFE_MS: Final = 60_000
MOST_BYTES: Final = 1024
MOST_GRANTS: Final = 1000
"""Tokens that are remembered, used ones as well; then the oldest is forgotten."""
TRIES: Final = (5, 0.5)
"""Cards at one door: at once, and a second."""
ASKS: Final = (10, 2.0)
"""Commands of one room: at once, and a second. Its panels have one account each but one room together."""
ASKS_OF_ALL: Final = (200, 50.0)
_TOKEN: Final = 16
_TELL_S: Final = 10.0
_log = logging.getLogger(__name__)


class Granted(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody may do now."""

    what: str
    """book, arrive or end."""
    token: str
    expires_at: Instant
    ends: Instant | None = None
    """Of the booking that it is about; None: there is none yet."""

    def __repr__(self) -> str:
        return f"Granted({self.what})"  # no token in any log


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """What comes on `cmd/book`, `cmd/arrive` and `cmd/end`."""

    id: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
    """The sender's; the answer has it."""
    token: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{32}$")]
    expires_at: Instant
    """After this nobody wants it any more."""
    minutes: Annotated[int, msgspec.Meta(ge=1, le=24 * 60)] | None = None
    """How long to book; None: as long as it is to be had."""

    def __repr__(self) -> str:
        return f"Command({self.id})"


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a command."""

    id: str
    ok: bool
    reason: str = ""
    """Why not: expired, replayed, unsigned, wrong_room, wrong_command, or the key of a refusal."""
    begins: Instant | None = None
    ends: Instant | None = None
    asked: bool = False
    """Nobody has said yes to it yet: the room needs approval, or another machine decides."""


class _Grant(msgspec.Struct):
    room: str
    what: str
    person: Person
    act: bytes
    expires_at: Instant
    granted: int
    """By the uptime, in milliseconds: a clock that is set back gives no token a longer life."""
    date: ChangeOf | None
    used: bool = False

    def now(self, uptime: int) -> Instant:
        """Give the house's time, as it was when the token was made and went on since."""
        return self.expires_at - LIFE_MS + uptime - self.granted


class Granting:
    """Gives tokens and takes them; from any thread."""

    def __init__(self, house: House) -> None:
        """Grant nothing yet.

        Args:
            house: the open house; each thread that calls uses a connection of its own.
        """
        self._house, self._store = house, house.store
        self._lock = threading.Lock()
        self._grants: dict[bytes, _Grant] = {}
        self._tries = Allowance(_ms, most=TRIES[0], a_second=TRIES[1])
        self._asks = Allowance(_ms, most=ASKS[0], a_second=ASKS[1])
        self._all = Allowance(_ms, most=ASKS_OF_ALL[0], a_second=ASKS_OF_ALL[1])
        self.refused: Counter[str] = Counter()
        """How many commands were refused, by reason."""
        self._told_at = 0.0

    # A card at a door

    def grant(self, room: str, card: str, what: str = "") -> Granted:
        """Let whoever holds a card do one thing in a room.

        Args:
            room: its id.
            card: what the scanner read.
            what: book, arrive or end; empty: what the card is for now, as at the kiosk.

        Raises:
            TooFast: too many cards at this door.
            Unreadable, CardRefused, PersonRefused, RoomRefused, DoesNotExist: as at the kiosk.
        """
        if what not in {"", *COMMANDS}:
            raise BadValue(field="what", value=what[:20], expected=", ".join(COMMANDS))
        with self._store.reader() as read:
            known, now = room_by(read, room), read.now
            self._check_pace(known.id)
            holder = people.holder_of(read, self._house.keys, codes.read(card))
            if holder.person is None:
                raise NotAllowed(right="book")
            due = arriving_in(read, holder.person, known.id)
            asked_at = booking_of(read, due.booking).asked_at if due is not None else now
        found = what or _meant(due, asked_at)
        date: ChangeOf | None = None
        if found == "book":
            check_scope(holder, Scope.DESK if Scope.DESK in holder.scope else Scope.LEND)
            check_may_book(holder.person, now)
        elif due is None:
            raise BookingOver
        else:
            date = ChangeOf(booking=due.booking, n=due.n)
        ends = due.span.ends if due is not None and date is not None else None
        uptime = self._store.clock.read().uptime
        made = _Grant(known.id, found, holder.person, self._store.new_act(), now + LIFE_MS, uptime, date)
        return Granted(what=found, token=self._keep(made), expires_at=made.expires_at, ends=ends)

    def _check_pace(self, room: str) -> None:
        with self._lock:
            if not self._tries.spend(room):
                raise TooFast

    def _keep(self, made: _Grant) -> str:
        token = self._store.randomness(_TOKEN)
        with self._lock:
            self._grants[hashlib.sha256(token).digest()] = made
            while len(self._grants) > MOST_GRANTS:
                del self._grants[next(iter(self._grants))]
        return token.hex()

    # A command

    def perform(self, room: str, what: str, payload: bytes) -> Outcome | None:
        """Do what a command says, if its token allows it; None: there is nobody to answer, or far too many.

        Args:
            room: from whose topic it came.
            what: the last word of the topic.
            payload: JSON of `Command`.
        """
        return self.tried(room, what, payload)[0]

    def tried(self, room: str, what: str, payload: bytes) -> tuple[Outcome | None, TeilhausError | None]:
        """Do the same, and give what was refused as the kiosk does, for whoever says it in words."""
        if not self._is_slow_enough(room):
            self._count("flood")
            return None, None
        command = _command(payload) if what in COMMANDS else None
        if command is None:
            self._count("malformed")
            return None, None
        taken = self._take(room, what, command, self._store.clock.read().uptime)
        if isinstance(taken, str):
            self._count(taken)
            return Outcome(id=command.id, ok=False, reason=taken), None
        try:
            date = self._do(taken, command)
        except Refusal as error:
            self._count("refused")
            return Outcome(id=command.id, ok=False, reason=error.key), error
        except TeilhausError as error:  # the disk, for instance: the person goes to the desk
            _log.warning("door: %s: %s", type(error).__name__, error)
            self._count("failed")
            return Outcome(id=command.id, ok=False, reason=error.key), error
        asked, span = date.state is State.PROVISIONAL, date.span
        return Outcome(id=command.id, ok=True, begins=span.begins, ends=span.ends, asked=asked), None

    def _is_slow_enough(self, room: str) -> bool:
        with self._lock:
            return self._asks.spend(room) and self._all.spend("")

    def _take(self, room: str, what: str, command: Command, uptime: int) -> _Grant | str:
        """Use a token up; a word says why not, and then it is as it was."""
        with self._lock:
            found = self._grants.get(hashlib.sha256(bytes.fromhex(command.token)).digest())
            if found is None:
                return "unsigned"
            if found.room != room:
                return "wrong_room"
            if found.what != what:
                return "wrong_command"
            if found.used:
                return "replayed"
            if found.now(uptime) >= min(found.expires_at, command.expires_at):
                return "expired"
            found.used = True
            return found

    def _do(self, grant: _Grant, command: Command) -> Occurrence:
        store, person, act = self._store, grant.person, grant.act
        if grant.date is None:
            made = rooms.book_now(store, grant.room, act, person=person.id, minutes=command.minutes)
            return made.occurrences[0]
        if grant.what == "arrive":
            return rooms.arrive(store, person, grant.date, act).occurrence
        return rooms.end(store, person, grant.date, {}, act).occurrence

    def _count(self, reason: str) -> None:
        """Count what was refused, and say so in the log now and then."""
        with self._lock:
            self.refused[reason] += 1
            now = monotonic()
            if now - self._told_at < _TELL_S:
                return
            self._told_at = now
            told = dict(self.refused)
        _log.info("commands refused so far: %s", told)


def _meant(due: Occurrence | None, asked_at: Instant) -> str:
    """Say what a card is for now; who took the room on the spot is there, and can only leave."""
    if due is None:
        return "book"
    return "end" if due.state is State.ARRIVED or asked_at >= due.span.begins else "arrive"


def _command(payload: bytes) -> Command | None:
    if len(payload) > MOST_BYTES:
        return None
    try:
        return msgspec.json.decode(payload, type=Command)
    except (ValueError, RecursionError):  # letters that are none, and lists in lists in lists, too
        return None


def _ms() -> int:
    return int(monotonic() * 1000)
