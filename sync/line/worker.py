"""The one thread that lets a state machine work: events in, effects out, acknowledgements last."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from typing import Final, Protocol

import msgspec

from sharing.errors import Storage
from sharing.journal.database import execute, is_postgres
from sharing.journal.store import Store
from sync.events import Connected, Effect, Event, Note, Send, Tick, Wake
from sync.mqtt import Arrived, Line

WATCH_S: Final = 1.0
"""How often to look whether a line has to end."""
MOST_FAILURES: Final = 5
"""Events in a row that may end in an unforeseen failure; then the connection is made anew."""
_log = logging.getLogger(__name__)


class Machine(Protocol):
    """A state machine as `sync.node` and `sync.central` have one."""

    def step(self, event: Event) -> Sequence[Effect]:
        """Take an event, write what is to be written, and say what is to be done."""
        ...


class Rhythm(msgspec.Struct, frozen=True, kw_only=True):
    """How often the worker does what by itself, in seconds."""

    look: float = 0.025
    """Between two looks for entries that another process wrote."""
    tick: float = 1.0
    """The longest time between two ticks."""
    trouble: float = 30.0
    """The longest time between two ticks while the disk refuses."""


class Changes:
    """Says whether another process wrote into the database since it was asked last; costs microseconds.

    SQLite counts commits of other connections (`PRAGMA data_version`). PostgreSQL has nothing as cheap: there
    a tick every 250 ms looks for itself.
    """

    def __init__(self, store: Store) -> None:
        self._db = store.db
        self._seen = -1

    def __call__(self) -> bool:
        """Look; only in the thread that the store's connection belongs to."""
        version = int(execute(self._db, "PRAGMA data_version").fetchone()[0])
        changed, self._seen = version != self._seen, version
        return changed


def rhythm_of(store: Store) -> tuple[Rhythm, Callable[[], bool]]:
    """Give the rhythm that fits a store's database, and how to see that it changed."""
    if is_postgres(store.db):
        return Rhythm(look=0.25, tick=0.25), lambda: False
    return Rhythm(), Changes(store)


def run(
    machine: Machine,
    line: Line,
    stop: threading.Event,
    *,
    rhythm: Rhythm | None = None,
    changed: Callable[[], bool] = lambda: False,
    notes: Callable[[str, str], None] = lambda _what, _detail: None,
) -> None:
    """Let the machine work until `stop` is set; what was begun then is finished. `line.poke()` wakes it.

    A message is acknowledged after `step` returned and its effects were done. If the disk refuses (Storage),
    it is not, and the connection is made anew, later each time: the sender asks again. A message that fails
    otherwise is acknowledged, for it would fail again and hold up all others.

    Args:
        machine: takes the events, always in this thread.
        line: started by whoever made it.
        stop: set it, then `line.poke()`.
        rhythm: how often to look and to tick.
        changed: says whether another process wrote entries.
        notes: told what is worth a line in the log and a count.
    """
    _Worker(machine, line, rhythm or Rhythm(), changed, notes).work(stop)


def live(
    machine: Machine,
    line: Line,
    store: Store,
    stop: threading.Event,
    *,
    over: Callable[[], bool] = lambda: False,
) -> None:
    """Start a line and let a machine work on it, until `stop` is set; then the line is stopped.

    Args:
        machine: takes the events, in this thread.
        line: not started yet.
        store: where other processes may write; its connection belongs to this thread.
        stop: set it, and this returns when what was begun is finished.
        over: asked in another thread now and then; True ends it as well. It must raise nothing.
    """
    ended = threading.Event()

    def watch() -> None:
        while not stop.wait(WATCH_S) and not ended.is_set():
            if over():
                break
        ended.set()
        line.poke()

    watching = threading.Thread(target=watch, name="watch", daemon=True)
    line.start()
    watching.start()
    rhythm, changed = rhythm_of(store)
    try:
        run(machine, line, ended, rhythm=rhythm, changed=changed, notes=note)
    finally:
        ended.set()
        watching.join()
        line.stop()


def note(what: str, detail: str) -> None:
    """Put a note into the log."""
    _log.info("%s %s", what, detail)


class _Worker:
    def __init__(
        self,
        machine: Machine,
        line: Line,
        rhythm: Rhythm,
        changed: Callable[[], bool],
        notes: Callable[[str, str], None],
    ) -> None:
        self._machine, self._line, self._rhythm = machine, line, rhythm
        self._changed, self._note = changed, notes
        self._due = time.monotonic()
        """When the next tick is due at the latest."""
        self._look_at = self._due
        self._quiet_until = 0.0
        """No ticks before this, because the last ones failed."""
        self._failures = self._failed_ticks = 0

    def work(self, stop: threading.Event) -> None:
        while not stop.is_set():
            now = time.monotonic()
            soon = min(self._due, self._look_at)
            arrived, poked = self._line.take(max(0.0, max(soon, self._quiet_until) - now))
            if stop.is_set():
                break
            if arrived is not None:
                self._deal_with(arrived)
            if self._is_time(poked=poked):
                self._tick()

    def _is_time(self, *, poked: bool) -> bool:
        now = time.monotonic()
        if now < self._quiet_until:
            return False
        if now >= self._look_at:
            self._look_at = now + self._rhythm.look
            try:
                poked = self._changed() or poked
            except Exception:  # noqa: BLE001 the database is away: the tick will say so
                _log.debug("looking for changes", exc_info=True)
                poked = True
        return poked or now >= self._due

    def _tick(self) -> None:
        self._due = time.monotonic() + self._rhythm.tick
        try:
            self._do(self._machine.step(Tick()))
            self._failed_ticks = 0
        except Exception as error:  # noqa: BLE001 the door of the loop
            self._log_failure("tick", error)
            wait = min(self._rhythm.trouble, self._rhythm.tick * 2.0 ** min(self._failed_ticks, 20))
            self._failed_ticks += 1
            self._quiet_until = self._due = time.monotonic() + wait

    def _deal_with(self, arrived: Arrived) -> None:
        try:
            self._do(self._machine.step(arrived.event))
        except Storage as error:
            self._log_failure("storage", error)
            self._line.drop(type(error).__name__)
            return
        except Exception as error:  # noqa: BLE001 the door of the loop
            self._log_failure("event", error)
            self._failures += 1
            if isinstance(arrived.event, Connected) or self._failures >= MOST_FAILURES:
                self._failures = 0
                self._line.drop(type(error).__name__)
                return
        else:
            self._failures = 0
        arrived.ack()

    def _do(self, effects: Sequence[Effect]) -> None:
        for effect in effects:
            match effect:
                case Send():
                    self._line.send(effect)
                case Wake(in_ms=in_ms):
                    self._due = min(self._due, time.monotonic() + in_ms / 1000)
                case Note(what=what, detail=detail):
                    self._note(what, detail)

    def _log_failure(self, what: str, error: Exception) -> None:
        _log.error("%s: %s", what, error, exc_info=not isinstance(error, Storage))
        self._note(f"{what}_failed", type(error).__name__)
