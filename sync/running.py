"""The process of a kiosk that talks to the central, beside the desk and never in its way.

It ends with the process that started it. Where there is no central it keeps the broker of this machine
running; where there is none of that either, it says so once and waits.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import Final

from msgspec.structs import replace

from config.settings import Settings
from sharing.errors import (
    BrokerFailed,
    Displaced,
    LoginRefused,
    Network,
    NoBroker,
    NotTrusted,
    TeilhausError,
    TlsMissing,
    Unreachable,
)
from sharing.house import House
from sharing.waiting import decide_some
from sync import said
from sync.beside import Beside, EachSeconds
from sync.broker import Broker
from sync.copies.second_copy import SecondCopy
from sync.enrolling import enrolment, register
from sync.enrolling.enrolment import Enrolment
from sync.enrolling.reception import write_for
from sync.enrolling.register import Guest
from sync.line import worker
from sync.line.endpoint import Endpoint, Trust, Whose
from sync.line.world import World
from sync.mosquitto.own import own_broker
from sync.mosquitto.ports import LOCAL_PORT, keep_port
from sync.mqtt import Line
from sync.node import NodeSync
from sync.said import Said
from sync.status import NodeStatus
from sync.topics import topic_house

SOFTWARE: Final = "0.1"
LOOK_S: Final = 1.0
"""How often to look whether this machine was enrolled meanwhile."""
SILENT_MS: Final = 180_000
"""A central that has said nothing for so long is not there, though its broker is."""
RETRY_S: Final = 60.0
"""How often to look for a broker that was not there."""
_WAITS: Final[tuple[tuple[type[TeilhausError], str], ...]] = (
    (LoginRefused, "refused"),
    (Displaced, "displaced"),
    (NotTrusted, "tls"),
    (TlsMissing, "tls"),
    (Unreachable, "no_central"),
)
_log = logging.getLogger(__name__)


def run(house: House, settings: Settings, stop: threading.Event) -> None:
    """Keep this machine together with the others until `stop` is set.

    Args:
        house: the open house; its connection belongs to the calling thread.
        settings: this machine's.
        stop: set it, and this returns within a second or two.

    Raises:
        Damaged: the enrolment cannot be read.
    """
    try:
        while not stop.is_set():
            found = enrolment.load(house.data)
            if found is None:
                _stand_alone(house, settings, stop)
            else:
                _together(house, settings, found, stop)
    finally:
        said.unsay(house.data)


def _changed(data: Path, known: Enrolment | None) -> bool:
    try:
        return enrolment.load(data) != known
    except TeilhausError:
        return False


def _stand_alone(house: House, settings: Settings, stop: threading.Event) -> None:
    """Keep a broker for this machine only, until it is enrolled somewhere; a central has one of its own."""
    with house.store.reader() as read:
        is_central = read.sync().role == "central"
    broker: Broker | None = None
    guests: dict[str, Guest] = {}
    due = monotonic()
    try:
        while not stop.is_set() and not _changed(house.data, None):
            known = _guests(house.data, guests)
            if broker is None and not (is_central or settings.broker.host) and monotonic() >= due:
                broker, due = _own_broker(house, settings, known), monotonic() + RETRY_S
                guests = known
            elif broker is not None and known != guests:
                guests = _let_in(house, broker, known)
            stop.wait(LOOK_S)
    finally:
        if broker is not None:
            broker.stop()


def _guests(data: Path, before: dict[str, Guest]) -> dict[str, Guest]:
    """Read who may come beside machines; a book that cannot be read changes nothing."""
    try:
        return register.read(data).guests
    except (TeilhausError, OSError) as error:
        _log.warning("guests: %s", error)
        return before


def _write_guests(house: House, guests: Mapping[str, Guest]) -> None:
    lines = {name: one.digest for name, one in guests.items()}
    rules = {name: one.rules for name, one in guests.items()}
    write_for(house.data, house.store.house, lines, rules)


def _let_in(house: House, broker: Broker, guests: dict[str, Guest]) -> dict[str, Guest]:
    """Let the broker know who may come; who is in the book no more is thrown out."""
    _write_guests(house, guests)
    try:
        broker.reload()
    except BrokerFailed as error:
        _log.warning("broker: %s", error)  # it reads the files when it is started again
    return guests


def _own_broker(house: House, settings: Settings, guests: Mapping[str, Guest]) -> Broker | None:
    """Start a broker of this machine; what is missing is said, and nothing waits for it but doors."""
    at = house.store.clock.read().at
    _write_guests(house, guests)
    try:
        broker = own_broker(settings, house.data, house.store.randomness)
        broker.start()
        with suppress(OSError):  # on a full disk nobody new finds it, and who knows it still does
            keep_port(house.data, broker.port)
            keep_port(house.data, broker.local_port, LOCAL_PORT)
    except TeilhausError as error:
        _log.warning("broker: %s: %s", type(error).__name__, error)
        what = "no_broker" if isinstance(error, NoBroker) else "broker_failed"
        said.say(house.data, Said(state=said.ALONE, what=what, at=at))
        return None
    said.say(house.data, Said(state=said.ALONE, at=at, broker_port=broker.port))
    return broker


def endpoint_of(known: Enrolment) -> Endpoint:
    """Give the broker of a central, and this machine's account there."""
    trust = Trust(ca=known.ca) if known.tls else None
    return Endpoint(
        host=known.host, port=known.port, user=known.user, password=known.password, trust=trust
    )  # fmt: skip


def _together(house: House, settings: Settings, known: Enrolment, stop: threading.Event) -> None:
    store = house.store
    with store.reader() as read:
        epoch = read.tip().epoch
    try:
        whose = Whose(house=topic_house(store.house), node=store.node)
        line = Line(endpoint_of(known), whose, epoch=epoch, clock=store.clock, notes=worker.note)
    except Network as error:
        at = store.clock.read().at
        said.say(
            house.data, Said(state=said.WAITING, what=_waits(error), at=at, host=known.host, port=known.port)
        )
        _log.warning("line: %s: %s", type(error).__name__, error)
        while not stop.wait(LOOK_S) and not _changed(house.data, known):
            pass
        return
    node = NodeSync(store, World(house.data, store.clock), software=SOFTWARE, decide=decide_some)
    machine = Beside(node, *_tasks(house, settings, known, line, node))
    worker.live(machine, line, store, stop, over=lambda: _changed(house.data, known))


def _tasks(
    house: House, settings: Settings, known: Enrolment, line: Line, node: NodeSync
) -> list[Callable[[], None]]:
    folder = settings.sync.second_copy
    copy = SecondCopy(house.store, Path(folder)) if folder else None

    def say() -> None:
        standing = _standing(house, known, line, node.status())
        said.say(house.data, replace(standing, copied=copy is None or not copy.trouble))

    tasks: list[Callable[[], None]] = [EachSeconds(LOOK_S, say, monotonic)]
    return [copy.keep, *tasks] if copy else tasks


def _standing(house: House, known: Enrolment, line: Line, node: NodeStatus) -> Said:
    """Say how it stands: together, or what is waited for."""
    silent = node.heard_at is None or house.store.clock.read().at - node.heard_at > SILENT_MS
    return _waiting(house, known, said_of(node, line.status().trouble, silent=silent))


def said_of(node: NodeStatus, trouble: TeilhausError | None, *, silent: bool) -> str:
    """Give the word of what is waited for, or of what else staff must see to; empty if all is well."""
    if node.revoked:
        return "revoked"
    if not node.together:
        return "no_central" if trouble is None or node.connected else _waits(trouble)
    if node.refused:
        return "refused"
    if silent:
        return "no_central"
    return said.CANNOT_TAKE if node.stuck else ""


def _waiting(house: House, known: Enrolment, what: str) -> Said:
    at, state = house.store.clock.read().at, said.TOGETHER if what in said.HEARD else said.WAITING
    return Said(state=state, what=what, at=at, host=known.host, port=known.port)


def _waits(trouble: TeilhausError) -> str:
    return next((what for kind, what in _WAITS if isinstance(trouble, kind)), "no_central")
