"""The one writer thread, and the one door through which errors come back from it.

A screen never waits for the disk, and never ends because of it: whatever a worker raises becomes a refusal
or the trouble screen.
"""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial, wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, Protocol, TypeVar

from kiosk.busy import Occupied
from sharing.errors import Refusal, TeilhausError

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from textual.worker import Worker

    from sharing.house import House
    from sharing.journal.store import Store

P = ParamSpec("P")
T = TypeVar("T")

log = logging.getLogger(__name__)


class Writer:
    """One thread, one connection: what it is given is done in order, so two scans never race."""

    def __init__(self, house: House | Callable[[], House]) -> None:
        """Begin with nothing to do.

        Args:
            house: the open house, or what opens it: then that is done in the thread, behind home.
        """
        self._opener = house
        self.house: House | None = None if callable(house) else house
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="writer")

    async def do(self, action: Callable[Concatenate[Store, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run one use case in the writer thread; its first argument is the store."""
        return await self.with_house(lambda house: action(house.store, *args, **kwargs))

    async def with_house(self, action: Callable[[House], T]) -> T:
        """Run what needs more of the house than its store, such as the keys of the cards."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, partial(self._run, action))

    def soon(self, action: Callable[[House], None]) -> None:
        """Do something after all that was begun; nobody waits for it, and nothing depends on it."""
        if self.house is not None:
            with suppress(RuntimeError):  # the kiosk is ending
                self._pool.submit(action, self.house)

    def close(self) -> None:
        """Finish what was begun, then close the connection in the thread that opened it."""
        self._pool.submit(self._close)
        self._pool.shutdown(wait=True)

    def _run(self, action: Callable[[House], T]) -> T:
        if self.house is None:
            self.house = self._opener() if callable(self._opener) else self._opener
        return action(self.house)

    def _close(self) -> None:
        if self.house is not None:
            Occupied(self.house.data).ends()
            self.house.close()


class Host(Protocol):
    """What `at_work` needs of a screen or the application."""

    @property
    def run_worker(self) -> Callable[..., Worker[Any]]:
        """Start a worker."""
        ...

    def went_wrong(self, error: Exception) -> Coroutine[Any, Any, None]:
        """Show an error: a refusal where the person looks, anything else on the trouble screen."""
        ...


H = TypeVar("H", bound=Host)


def at_work(
    method: Callable[Concatenate[H, P], Coroutine[Any, Any, None]],
) -> Callable[Concatenate[H, P], Worker[Any]]:
    """Run a method as a worker that cannot end the application.

    One of the three doors that catch everything: it logs and shows.
    """

    @wraps(method)
    def start(self: H, /, *args: P.args, **kwargs: P.kwargs) -> Worker[Any]:
        async def guarded() -> None:
            try:
                await method(self, *args, **kwargs)
            except Refusal as refusal:
                await self.went_wrong(refusal)
            except TeilhausError as error:
                log.warning("%s: %s", type(error).__name__, error)
                await self.went_wrong(error)
            except Exception as error:
                log.exception("a fault in %s", method.__qualname__)
                await self.went_wrong(error)

        return self.run_worker(guarded(), exit_on_error=False)

    return start
