"""A door panel in a terminal: the state that the broker has, on a screen, as lines or as an object."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kiosk.cli import values
from kiosk.cli.answer import Answer
from kiosk.cli.frame import Session, argument, command, option

if TYPE_CHECKING:
    from devices.panels.state import RoomState
    from kiosk.door.listening import Door
    from kiosk.door.watch import View, Watch
    from sync.line.endpoint import Endpoint

PATIENCE_S = 10.0
"""How long lines and objects wait for the broker."""


@command("door")
@option("--account", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@option("--broker", metavar="HOST[:PORT]", default="")
@option("--ca", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@option("--second-language", "second", default="")
@option("--theme", type=click.Choice(["light", "dark", "high-contrast"]), default="dark")
@option("--kiosk", is_flag=True)
@argument("room", required=False)
def door(
    session: Session,
    room: str | None,
    account: Path | None,
    broker: str,
    ca: Path | None,
    second: str,
    theme: str,
    *,
    kiosk: bool,
) -> Answer | int:
    """Show how a room stands, at its door."""
    from kiosk.door.watch import Watch
    from sharing.journal.clock import SystemClock

    values.second_language(second, in_cells=True)
    if bool(account) == bool(room):
        raise click.UsageError("ROOM | --account FILE")
    is_ours = account is None and not session.settings.broker.host
    mine, find = _elsewhere(account, broker, ca) if account else _here(session, room or "")
    clock = SystemClock()
    watch = Watch(
        mine.hears[0].split("/")[-2], lambda: clock.read().at, lambda: clock.read().uptime, is_ours=is_ours
    )
    tags = tuple(one for one in (session.lang or "", second) if one)
    if second and not session.lang:
        tags = (session.words.language, second)
    with _listening(watch, find, mine):
        if session.json or session.plain:
            return _once(watch, find, tags)
        return _shown(session, watch, tags, theme, may_end=not kiosk)


def _shown(session: Session, watch: Watch, tags: tuple[str, ...], theme: str, *, may_end: bool) -> int:
    from kiosk.cli import logbook
    from kiosk.door.app import DoorApp

    handler = logbook.keep(session.settings.log)
    app = DoorApp(watch, tags=tags, theme=theme, may_end=may_end)
    try:
        app.run()
    finally:
        logbook.drop(handler)
    return app.return_code or 0


def _once(watch: Watch, find: Callable[[], Endpoint | None], tags: tuple[str, ...]) -> Answer:
    """Say it once, as soon as it is known.

    Raises:
        Network: it is not known in time.
    """
    import msgspec

    from kiosk.door.app import speaking
    from kiosk.door.telling import plain, told

    view, state = _known(watch, find)
    data: dict[str, Any] = msgspec.to_builtins(state)
    data |= {"stale": view.is_stale, "gone": view.is_gone, "connected": view.is_linked}
    data["clock_ahead_ms"] = view.clock_off
    words = speaking(tags, state)
    return Answer(data, plain(told(view, state, words), now_word=words[0]("door.now")))


def _known(watch: Watch, find: Callable[[], Endpoint | None]) -> tuple[View, RoomState]:
    from sharing.errors import NotRunning, Unreachable

    end = time.monotonic() + PATIENCE_S  # a broker that does not know a new account yet knows it soon
    while time.monotonic() < end and not isinstance(watch.trouble, NotRunning):
        view = watch.view()
        if view.state is not None:
            return view, view.state
        time.sleep(0.05)
    trouble, found = watch.view().trouble, find()
    if trouble is not None or found is None:
        raise trouble or NotRunning
    raise Unreachable(host=found.host, port=found.port, reason="no state")


@contextmanager
def _listening(watch: Watch, find: Callable[[], Endpoint | None], mine: Door) -> Iterator[None]:
    """Fill `watch` in a thread of its own."""
    import threading

    from kiosk.door.listening import listen
    from sharing.journal.clock import SystemClock

    stop = threading.Event()
    thread = threading.Thread(
        target=listen, args=(watch, find, mine, SystemClock(), stop), name="door", daemon=True
    )
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _here(session: Session, ref: str) -> tuple[Door, Callable[[], Endpoint | None]]:
    """Use the broker of this machine; the house is closed again, a door stands for weeks.

    Raises:
        NotCentral: the house's broker is on another machine.
        DoesNotExist: there is no such room, or it cannot be booked.
    """
    from devices.panels.panel import DOORS, doors_read
    from kiosk.cli.panels import need_broker
    from kiosk.cli.publishing import broker_here, password_of
    from kiosk.door.listening import door_of
    from sharing.errors import DoesNotExist, NotRunning
    from sharing.rooms.actions import room
    from sync.mosquitto.credentials import Rules
    from sync.topics import topic_house

    need_broker(session)
    found, house = room(session.store, ref), session.store.house
    if not found.bookable:
        raise DoesNotExist(what="room", value=ref[:40])
    name = f"door-{session.store.randomness(4).hex()}"
    session.close()
    data, settings, top = session.data, session.settings, topic_house(house)
    password_of(data, DOORS, Rules(doors_read(top), ()))

    def find() -> Endpoint:
        end = broker_here(data, settings, DOORS)
        if end is None:
            raise NotRunning
        return end

    return door_of(top, found.id, name), find


def _elsewhere(account: Path, broker: str, ca: Path | None) -> tuple[Door, Callable[[], Endpoint | None]]:
    """Use what `teilhaus panel add --json` said; a password is never in the list of processes.

    Raises:
        BadFile: it is not that.
    """
    from kiosk.door.accounts import read_account, read_ca
    from kiosk.door.listening import door_of

    mine = read_account(account, broker=broker, ca=read_ca(ca) if ca else "")
    return door_of(mine.house, mine.room, mine.end.user, mine.status), lambda: mine.end
