"""The central process: one house, one journal, one writer; a broker of its own or one that is there.

What stands in its database counts, and it keeps nothing else: it can be killed at any moment.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from time import monotonic, sleep
from typing import Final

import msgspec

from config.settings import Settings
from sharing.errors import BadValue, HouseInUse, NotCentral
from sharing.house import House
from sharing.journal.store import Store
from sharing.waiting import decide
from sync.beside import Beside, EachSeconds
from sync.broker import Broker
from sync.central import CentralSync
from sync.copies import backup
from sync.enrolling.joining import pin_of
from sync.enrolling.reception import Reception
from sync.files import write_whole
from sync.line import worker
from sync.line.endpoint import Endpoint, Trust, Whose
from sync.line.world import World
from sync.lock import alone
from sync.mosquitto.broker_files import LOOPBACK, free_port
from sync.mosquitto.credentials import hashed, new_password
from sync.mosquitto.own import own_broker, shown_certificate
from sync.mosquitto.ports import LOCAL_PORT, keep_port, kept_port
from sync.mqtt import Line
from sync.running import SOFTWARE
from sync.topics import CENTRAL, topic_house
from sync.watching.health import Around, Health, look
from sync.watching.health_page import HealthPage

PASSWORD: Final = "central.password"  # noqa: S105 the name of its file
EMPTIED_S: Final = 60.0
"""How often the list of emptied entries beside the backups is brought up to date."""
ELSEWHERE_S: Final = 2.0
"""So long somebody else's broker has to read the new files, before anybody is told that they hold."""


class Doors(msgspec.Struct, frozen=True):
    """Where the central can be reached."""

    host: str
    port: int
    tls: bool
    pin: str
    """The code over the certificate that is shown; "" without TLS or with somebody else's broker."""


def doors(settings: Settings, data: Path, host: str = "") -> Doors:
    """Say where new machines find this central.

    Args:
        settings: the central's.
        data: its data folder.
        host: what machines call this one; the broker's address if not said.

    Raises:
        BadValue: the certificate that is to be shown is not there.
    """
    broker = settings.broker
    own = host or broker.host or (broker.bind if broker.bind not in {"0.0.0.0", "::"} else _name())  # noqa: S104
    port = broker.port or kept_port(data) or (8883 if broker.tls else 1883)
    pin = pin_of(shown_certificate(settings)) if broker.tls and not broker.host else ""
    return Doors(own, port, broker.tls, pin)


def _name() -> str:
    import socket  # noqa: PLC0415 only where a machine listens on all its addresses

    return socket.getfqdn()


def settle_port(settings: Settings, data: Path) -> None:
    """Choose the port of our broker before it is started for the first time: new machines must know it.

    Raises:
        OSError: it cannot be written down.
    """
    broker = settings.broker
    if not broker.host and not broker.port and not kept_port(data):
        keep_port(data, free_port(broker.bind))


def serve(
    house: House,
    settings: Settings,
    stop: threading.Event,
    *,
    started: Callable[[Doors], None] = lambda _doors: None,
) -> None:
    """Be the central until `stop` is set.

    Args:
        house: the open house; its connection belongs to the calling thread.
        settings: this machine's.
        stop: set it, and this returns when what was begun is finished.
        started: told where it can be reached, as soon as its broker answers.

    Raises:
        NotCentral: this machine is none.
        HouseInUse: another process is it already.
        Network: the broker cannot be started.
        BadValue: a certificate is missing.
    """
    with house.store.reader() as read:
        if read.sync().role != "central":
            raise NotCentral
    with alone(house.data) as ours:
        if not ours:
            raise HouseInUse
        _Serving(house, settings).run(stop, started)


class _Serving:
    def __init__(self, house: House, settings: Settings) -> None:
        self._house, self._settings = house, settings
        self._password = own_password(house)
        self._broker = _own_broker(settings, house)
        self._line: Line | None = None
        self._central: CentralSync | None = None

    def run(self, stop: threading.Event, started: Callable[[Doors], None]) -> None:
        line_of_central = hashed(CENTRAL, self._password, randomness=self._house.store.randomness)
        central = CentralSync(
            self._house.store,
            World(self._house.data, self._house.store.clock),
            decide=decide,
            software=SOFTWARE,
        )
        self._central = central
        reception = Reception(
            central, self._house, line_of_central, ca=_ca(self._settings), reload=self._reload
        )
        reception.refresh()
        page = self._page()
        try:
            self._start_broker()
            started(doors(self._settings, self._house.data))
            self._work(Beside(reception, *self._tasks()), stop)
        finally:
            if page is not None:
                page.close()
            if self._broker is not None:
                self._broker.stop()

    def _reload(self) -> None:
        if self._broker is None:
            sleep(ELSEWHERE_S)
        elif self._broker.pid is not None:
            self._broker.reload()

    def _start_broker(self) -> None:
        if self._broker is None:
            return
        self._broker.start()
        if not self._settings.broker.port:
            keep_port(self._house.data, self._broker.port)
        self._say_local_port()

    def _say_local_port(self) -> None:
        if self._broker is not None:
            keep_port(self._house.data, self._broker.local_port, LOCAL_PORT)

    def _work(self, machine: worker.Machine, stop: threading.Event) -> None:
        store = self._house.store
        with store.reader() as read:
            epoch = read.tip().epoch
        whose = Whose(house=topic_house(store.house), node=CENTRAL)
        line = Line(self._endpoint(), whose, epoch=epoch, clock=store.clock, notes=worker.note)
        self._line = line
        worker.live(machine, line, store, stop)

    def _endpoint(self) -> Endpoint:
        if self._broker is not None:
            return Endpoint(
                host=LOOPBACK, port=self._broker.local_port, user=CENTRAL, password=self._password
            )
        told = self._settings.broker
        found = doors(self._settings, self._house.data)
        trust = Trust(ca=_ca(self._settings)) if told.tls else None
        return Endpoint(
            host=found.host, port=found.port, user=CENTRAL, password=self._password, trust=trust
        )  # fmt: skip

    def _tasks(self) -> list[Callable[[], None]]:
        tasks: list[Callable[[], None]] = []
        if self._broker is not None:
            tasks.append(EachSeconds(1.0, self._say_local_port, monotonic))
        where = self._settings.central.backup_folder
        if not where:
            return tasks
        store = self._house.store
        return [*tasks, EachSeconds(EMPTIED_S, lambda: _keep_emptied(store, Path(where)), monotonic)]

    def _page(self) -> HealthPage | None:
        port = self._settings.central.health_port
        return HealthPage(port, self._health) if port else None

    def _health(self) -> Health:
        """Look, in a thread of the page's, and leave no connection behind there."""
        try:
            return look(self._house.store, self._around())
        finally:
            self._house.store.close()

    def _around(self) -> Around:
        if self._line is None or self._central is None:
            return Around()
        line, central = self._line.status(), self._central.status()
        return Around(
            connected=central.connected,
            broker_starts=self._broker.starts if self._broker is not None else 0,
            denied=line.denied,
            dropped=line.dropped,
            peers=central.peers,
        )


def _keep_emptied(store: Store, folder: Path) -> None:
    if folder.is_dir():  # a disk that is not plugged in is no reason to write into its mount point
        backup.keep_emptied(store, folder)


def own_password(house: House) -> str:
    """Give the central's own password; made once, for its owner only."""
    path = house.data / PASSWORD
    try:
        return path.read_text("ascii").strip()
    except FileNotFoundError:
        made = new_password(house.store.randomness)
        write_whole(path, f"{made}\n".encode())
        return made


def _own_broker(settings: Settings, house: House) -> Broker | None:
    if settings.broker.host:
        return None
    return own_broker(settings, house.data, house.store.randomness)


def _ca(settings: Settings) -> str:
    """Give the certificates that whoever talks to our broker must know; "" for those every system knows."""
    path = settings.broker.ca or (settings.broker.certificate if not settings.broker.host else "")
    if not settings.broker.tls or not path:
        return ""
    try:
        return Path(path).read_text("ascii")
    except (OSError, ValueError) as error:
        raise BadValue(field="broker.ca", value=path, expected="a PEM file") from error
