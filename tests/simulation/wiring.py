"""Where the machines under test are put together, as the processes of the house do it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import sync.at_central.handing
import sync.at_central.telling
import sync.at_node.greeting
import sync.at_node.sending
import sync.central
import sync.node
from sharing.journal.store import Store
from sharing.waiting import decide
from sync.at_central.peering import PULL_COSTS
from sync.central import CentralSync
from sync.events import Env
from sync.node import NodeSync
from sync.wire.frames import MOST_ENTRIES
from tests.simulation.clocks import HOUR, SECOND

CALM_LOOK = 30 * SECOND
"""How often all is looked at when nothing goes wrong any more."""
SOFTWARE = "simulated"


def make_machine(store: Store, env: Env, *, central: bool) -> Any:
    """Give the state machine of a kiosk or of the central."""
    if central:
        return CentralSync(store, env, decide=decide, software=SOFTWARE)
    return NodeSync(store, env, software=SOFTWARE, decide=decide)


@contextmanager
def replaced(place: Any, name: str, other: Any) -> Iterator[None]:
    """Put something else in the place of a name for a while."""
    before = place.__dict__[name]
    setattr(place, name, other)
    try:
        yield
    finally:
        setattr(place, name, before)


@contextmanager
def unhurried() -> Iterator[None]:
    """Let idle machines sleep: looking every 200 ms for days of virtual time would show nothing more.

    The simulation gives a tick after each command instead. What is tried again after a loss keeps its pace.
    """
    with ExitStack() as stack:
        for place, name, pause in (
            (sync.node, "LOOK_MS", HOUR), (sync.at_node.greeting, "GREET_MS", 3 * HOUR),
            (sync.central, "LOOK_MS", HOUR), (sync.at_central.telling, "HEAD_MS", HOUR),
            (sync.node, "DECIDE_MS", HOUR),
        ):  # fmt: skip
            stack.enter_context(replaced(place, name, pause))
        yield


@contextmanager
def calm() -> Iterator[None]:
    """As they are, but for the looks every 200 ms and 5 s, for which the simulation's own ticks stand."""
    with ExitStack() as stack:
        for place, name, pause in (
            (sync.node, "LOOK_MS", HOUR), (sync.central, "LOOK_MS", HOUR),
            (sync.node, "DECIDE_MS", CALM_LOOK),
        ):  # fmt: skip
            stack.enter_context(replaced(place, name, pause))
        yield


@contextmanager
def framed(entries: int) -> Iterator[None]:
    """Let frames hold few entries, so that few acts already take several of them.

    A pull costs by what its answer carries: if so little cost as much as full frames, whoever joins would be
    taken for one who floods the central, all the more with a twin of the same name.
    """
    with ExitStack() as stack:
        for place, name in (
            (sync.at_node.sending, "MOST_ENTRIES"),
            (sync.at_central.handing, "MOST_ENTRIES"),
        ):
            stack.enter_context(replaced(place, name, entries))
        stack.enter_context(replaced(sync.at_central.handing, "MOST_ASKED", 4 * entries))
        cost = max(1, PULL_COSTS * entries // MOST_ENTRIES)
        stack.enter_context(replaced(sync.central, "PULL_COSTS", cost))
        yield


def hurried(machine: Any) -> None:
    """Let a node that meant to greet in hours do it when it would have."""
    if isinstance(machine, NodeSync):
        greeting = machine._greeting
        machine._decide_at = 0
        greeting.next_at = min(greeting.next_at, machine._env.monotonic_ms() + sync.at_node.greeting.GREET_MS)
