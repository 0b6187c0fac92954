"""Small tasks beside a state machine, in its thread: after each tick, and never in its way."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Protocol

from sharing.errors import TeilhausError
from sync.events import Effect, Event, Tick

_log = logging.getLogger(__name__)


class Inner(Protocol):
    """A state machine."""

    def step(self, event: Event) -> Sequence[Effect]:
        """Take an event."""
        ...


class Beside:
    """A machine around a machine; one of the doors that catch everything: a task that fails is logged."""

    def __init__(self, inner: Inner, *tasks: Callable[[], None]) -> None:
        """Take the machine and what is done beside it."""
        self._inner, self._tasks = inner, tasks
        self._failed: set[int] = set()

    def step(self, event: Event) -> Sequence[Effect]:
        """Take an event.

        Raises:
            Storage: as the machine.
        """
        effects = self._inner.step(event)
        if isinstance(event, Tick):
            for n, task in enumerate(self._tasks):
                self._do(n, task)
        return effects

    def _do(self, n: int, task: Callable[[], None]) -> None:
        try:
            task()
        except (TeilhausError, OSError) as error:
            if n not in self._failed:
                _log.warning("%s: %s", type(error).__name__, error)
            self._failed.add(n)
        except Exception:  # noqa: BLE001 the door
            _log.exception("beside")
        else:
            self._failed.discard(n)


class EachSeconds:
    """A task that is due only now and then."""

    def __init__(self, every_s: float, task: Callable[[], None], seconds: Callable[[], float]) -> None:
        """Take the task; it is due at once."""
        self._every, self._task, self._seconds = every_s, task, seconds
        self._due = seconds()

    def __call__(self) -> None:
        """Do it if it is due."""
        now = self._seconds()
        if now >= self._due:
            self._due = now + self._every
            self._task()
