"""The server under test, the board it shows, and the house's clock."""

from __future__ import annotations

import http.client
import json
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field

from devices.panels.granting import Granting
from devices.panels.state import Known, agenda, encoded, room_state
from devices.web.board import Board
from devices.web.serving import serving
from kiosk.i18n import Words, door_languages
from sharing.journal.store import Store
from sharing.terms.rules import Terms
from sharing.texts import Text, Texts
from tests.devices.panels.known import date, known
from tests.sharing.rooms.values import OPEN, at, room

TERMS = Terms(room_hours=OPEN)
NOON = at("2026-06-02 12:00")


@dataclass(frozen=True)
class Answer:
    """What an address gave."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass
class Site:
    """One house on the web."""

    store: Store | None = None
    granting: Granting | None = None
    languages: Sequence[str] = ("de", "en")
    now: int = NOON
    board: Board = field(default_factory=Board)
    port: int = 0
    _open: ExitStack | None = None

    def start(self) -> None:
        """Serve, again on the same port if there was one."""
        self._open = ExitStack()
        served = serving(
            self.board, bind="127.0.0.1", port=self.port, speak=Words, languages=self.languages,
            now=lambda: self.now, store=self.store, granting=self.granting, beside=door_languages(),
        )  # fmt: skip
        self.port = self._open.enter_context(served)
        self.board.connected(is_connected=True)

    def stop(self) -> None:
        """End; a second time does nothing."""
        if self._open is not None:
            self._open.close()
        self._open = None

    def put(self, what: Known, *, at: int | None = None, terms: Terms = TERMS) -> None:
        """Let the board hear how a room stands."""
        now = self.now if at is None else at
        self.board.take_state(encoded(room_state(what, terms, now, seq=now)))
        self.board.take_agenda(encoded(agenda(what, terms, now)))

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def post(self, path: str, body: object, **headers: str) -> Answer:
        """Send JSON, or bytes as they are."""
        sent = body if isinstance(body, bytes) else json.dumps(body).encode()
        told = {"content_type": "application/json", "content_length": str(len(sent)), **headers}
        return self.get(path, "POST", sent, **told)

    def get(self, path: str, method: str = "GET", body: bytes = b"", **headers: str) -> Answer:
        """Ask for an address; `accept_language` is Accept-Language."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            line.putrequest(method, path, skip_accept_encoding=True)
            for name, value in headers.items():
                line.putheader(name.replace("_", "-"), value)
            line.endheaders(body or None)
            answer = line.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, found, answer.read())
        finally:
            line.close()


def hall(*dates: object, key: str = "saal", id_: str = "ab01", book: str = "", **names: str) -> Known:
    """A room by its names in each language, and what is booked in it."""
    said = Texts({tag: Text(text) for tag, text in (names or {"de": "Großer Saal"}).items()})
    return known(*dates, room=room(id_, names=said), key=key, book=book)  # type: ignore[arg-type]


def choir(begins: str = "12:00", ends: str = "14:00", n: int = 1) -> object:
    """The choir is there."""
    return date(begins, ends, who="Chor Neckar e.V.", n=n)
