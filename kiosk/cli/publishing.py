"""The process beside a kiosk or a central that says how rooms stand, and serves the pages that show it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from devices.panels import topics
from devices.panels.granting import Granting
from devices.panels.panel import PUBLISHER, publisher_hears, publisher_reads, publisher_writes
from kiosk.cli.feeding import Feed, HouseTime
from kiosk.i18n import FIRST, Words, door_languages, languages
from sharing.errors import Network
from sharing.terms.actions import terms_of
from sync.enrolling import enrolment, register
from sync.enrolling.register import Guest
from sync.files import write_whole
from sync.line import worker
from sync.line.endpoint import Endpoint, Trust
from sync.line.endpoint import Guest as Speaking
from sync.mosquitto.credentials import Rules, hashed, matches, new_password
from sync.mosquitto.ports import LOCAL_PORT, kept_port
from sync.mqtt import Line, Pace
from sync.topics import topic_house

if TYPE_CHECKING:
    from pathlib import Path

    from config.settings import Settings
    from devices.web.board import Board
    from sharing.house import House

LOCK: Final = "devices.lock"
LOOK_S: Final = 1.0
"""How often to look whether the broker is elsewhere now."""
WEB_AGAIN_S: Final = 10.0
"""Until the pages' port is tried again."""
PACE: Final = Pace(first=0.2, longest=2, refused=3)
"""The broker is on this machine or near: doors show the truth soon after it came back."""
_log = logging.getLogger(__name__)


def publish(house: House, settings: Settings, stop: threading.Event) -> None:
    """Say how rooms stand until `stop` is set; where nobody would hear it, do nothing but wait.

    Raises:
        OSError: the folder cannot be written.
        TeilhausError: the house cannot be read.
    """
    while not stop.is_set():
        if _is_wanted(house.data, settings):
            _serve(house, settings, stop)
        else:
            stop.wait(LOOK_S)


def _serve(house: House, settings: Settings, stop: threading.Event) -> None:
    """Say it, and serve the pages, until the process ends or this machine joins a central."""
    with house.store.reader() as read:
        terms, epoch = terms_of(read), read.tip().epoch
    words = Words(next((one for one in terms.languages if one in languages()), FIRST), terms.zone)
    account(house.data, house.store.house)
    granting, time = Granting(house), HouseTime(house.store.clock)
    with _pages(house, settings, terms.zone, granting, time) as board:
        speak = lru_cache(lambda tag: Words(tag, terms.zone) if tag in languages() else None)
        beside = lru_cache(lambda tag: Words(tag, terms.zone) if tag in door_languages() else None)
        web = settings.web.address
        feed = Feed(house, granting, words, speak, board, beside=beside, time=time, web=web)
        while not (stop.is_set() or _is_node(house.data)):
            found = broker_here(house.data, settings)
            if found is None:
                stop.wait(LOOK_S)
            else:
                _talk(house, settings, feed, found, epoch, stop)


def _is_node(data: Path) -> bool:
    """Tell whether a central is there, who does this for the whole house."""
    return (data / enrolment.FILE).exists()


def _is_wanted(data: Path, settings: Settings) -> bool:
    """Tell whether it is ours to say, and anybody would hear it: our own pages, a panel, Home Assistant."""
    if _is_node(data):
        return False
    return bool(settings.web.port) or any(user != PUBLISHER for user in register.read(data).guests)


def account(data: Path, house: str) -> str:
    """Give the password of the publisher; made once, and written into the broker's book.

    Raises:
        OSError: it cannot be written.
        Damaged: the book is none.
    """
    top = topic_house(house)
    return password_of(data, PUBLISHER, Rules(publisher_reads(top), publisher_writes(top)))


def password_of(data: Path, user: str, rules: Rules) -> str:
    """Give the password under which one of our own programs logs in, as `account` does."""
    path = data / password_file(user)
    with register.changing(data):
        book = register.read(data)
        known = book.guests.get(user)
        password = path.read_text("ascii").strip() if path.exists() else ""
        if known is not None and known.rules == rules and password and matches(known.digest, password):
            return password
        if not password:
            password = new_password()
            write_whole(path, f"{password}\n".encode())
        register.write(data, book.with_guest(user, Guest(hashed(user, password), rules)))
    return password


def password_file(user: str) -> str:
    """Name the file in the data folder: `devices.password` of `house.devices`."""
    return f"{user.removeprefix('house.')}.password"


def broker_here(data: Path, settings: Settings, user: str = PUBLISHER) -> Endpoint | None:
    """Say where the broker of this machine is, and the account of `user` there; None while there is none.

    Raises:
        OSError: there is no such account yet, or a certificate cannot be read.
    """
    told, password = settings.broker, (data / password_file(user)).read_text("ascii").strip()
    if told.host:
        port = told.port or (8883 if told.tls else 1883)
        trust = Trust(ca=_read(told.ca)) if told.tls else None
        return Endpoint(host=told.host, port=port, user=user, password=password, trust=trust)
    local = kept_port(data, LOCAL_PORT)
    return Endpoint(host="127.0.0.1", port=local, user=user, password=password) if local else None


def _read(path: str) -> str:
    from pathlib import Path

    return Path(path).read_text("ascii") if path else ""


def _talk(
    house: House, settings: Settings, feed: Feed, known: Endpoint, epoch: int, stop: threading.Event
) -> None:
    """Hold the line to one broker until it is elsewhere, or the process ends."""
    top = topic_house(house.store.house)
    speaking = Speaking(
        house=top, node="devices", status=topics.publisher_status(top), hears=publisher_hears(top)
    )
    try:
        line = Line(known, speaking, epoch=epoch, clock=house.store.clock, pace=PACE, notes=worker.note)
    except Network as error:
        _log.warning("line: %s: %s", type(error).__name__, error)
        stop.wait(LOOK_S)
        return

    def is_elsewhere() -> bool:
        try:
            return _is_node(house.data) or broker_here(house.data, settings) != known
        except (OSError, ValueError) as error:
            _log.warning("broker: %s", error)
            return False

    worker.live(feed, line, house.store, stop, over=is_elsewhere)


@contextmanager
def _pages(
    house: House, settings: Settings, zone: str, granting: Granting, time: HouseTime
) -> Iterator[Board | None]:
    """Serve the pages, if they are wanted, as soon as the port is free and the address this machine's.

    Panels work all the same without them: a machine that was just switched on has no address yet.
    """
    if not settings.web.port:
        yield None
        return
    from devices.web.board import Board
    from devices.web.serving import serving

    board, ended = Board(), threading.Event()

    def serve() -> None:
        while not ended.is_set():
            try:
                with serving(
                    board, bind=settings.web.bind, port=settings.web.port,
                    speak=lambda tag: Words(tag, zone), languages=settings.kiosk.languages,
                    beside=door_languages(), now=time, store=house.store, granting=granting,
                ):  # fmt: skip
                    ended.wait()
            except OSError as error:
                _log.warning("web: %s:%s: %s", settings.web.bind, settings.web.port, error)
                ended.wait(WEB_AGAIN_S)

    thread = threading.Thread(target=serve, name="pages", daemon=True)
    thread.start()
    try:
        yield board
    finally:
        ended.set()
        thread.join()
