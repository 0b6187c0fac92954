"""A card at a door with a web page: what it may do now, and doing it.

The number of a card opens a person's visit, so it is taken only where nobody can listen in between: from this
machine itself, which is also where a proxy with a certificate stands. Everybody else reads how to book.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from devices.panels.granting import Granting
from devices.web import places
from devices.web.asking import Desk
from devices.words import Words
from sharing.errors import Refusal, TeilhausError, TooFast

MOST_BYTES: Final = 1024
LONGEST_CARD: Final = 400
"""Characters of what a scanner reads: a card's number may stand at the end of more."""
BODY_S: Final = 5.0
"""Seconds in which a card must be here."""
_BY_PROXY: Final = ("x-forwarded-for", "x-forwarded-host", "forwarded", "via")
_DONE: Final = {"book": "mine.yours_until", "arrive": "mine.arrived", "end": "leave.done"}
_FRESH: Final = {"cache-control": "no-store"}


class Cards:
    """Answers the scripts of a door; what they are told is said in all languages of the page."""

    def __init__(
        self, doors: Granting | None, desk: Desk, *, speak: Callable[[str], Words], languages: Sequence[str]
    ) -> None:
        self._doors, self._desk = doors, desk
        self._speak, self._languages = speak, tuple(languages)

    def taken_from(self, request: Request) -> bool:
        """Tell whether a card may be shown here: nobody is between this page and us."""
        is_by_proxy = any(name in request.headers for name in _BY_PROXY)
        scheme = request.headers.get("x-forwarded-proto", "" if is_by_proxy else "https")
        is_here = request.client is not None and places.is_here(request.client.host)
        return self._doors is not None and is_here and scheme == "https"

    async def show(self, request: Request) -> Response:
        """Take a card; says what it may do, with a token for it."""
        doors, payload = await self._asked(request)
        room = request.path_params["room"]
        try:
            card = _CARD.decode(payload).card[:LONGEST_CARD]
        except (ValueError, RecursionError):
            raise HTTPException(400) from None
        try:
            granted = await self._desk.ask(lambda _store: doors.grant(room, card))
        except Refusal as error:
            return self._refused(error)
        if granted is None:
            raise HTTPException(503)
        told = {"what": granted.what, "token": granted.token, "expires_at": granted.expires_at}
        return JSONResponse(told, headers=_FRESH)

    async def do(self, request: Request) -> Response:
        """Do what was granted; the command is the body."""
        doors, payload = await self._asked(request)
        room, what = request.path_params["room"], request.path_params["what"]
        found = await self._desk.ask(lambda _store: doors.tried(room, what, payload))
        outcome, error = found or (None, None)
        if outcome is None:
            raise HTTPException(429)
        if error is not None:
            return self._refused(error)
        if not outcome.ok:
            return self._told(422, lambda words: words("web.trouble"))
        if outcome.asked:
            return self._told(200, lambda words: f"{words('booked.asked')} {words('door.asked_answer')}")
        ends = outcome.ends
        return self._told(
            200, lambda words: words(_DONE[what], when="" if ends is None else words.time(ends))
        )

    def trouble(self, status: int) -> Response:
        """Say that it did not work."""
        return self._told(status, lambda words: words("web.trouble"))

    async def _asked(self, request: Request) -> tuple[Granting, bytes]:
        """Let in what comes from a page of ours on this machine: another site's cannot send JSON here."""
        doors = self._doors
        if doors is None or not self.taken_from(request):
            raise HTTPException(403)
        if request.headers.get("content-type") != "application/json":
            raise HTTPException(415)
        try:
            async with asyncio.timeout(BODY_S):
                return doors, await request.body()
        except (TimeoutError, ClientDisconnect):
            raise HTTPException(408) from None

    def _refused(self, error: TeilhausError) -> Response:
        status = 429 if isinstance(error, TooFast) else 422
        return self._told(status, lambda words: f"{words.why(error)} {words.next_step(error)}")

    def _told(self, status: int, say: Callable[[Words], str]) -> Response:
        said: Mapping[str, str] = {one: say(self._speak(one)) for one in self._languages}
        return JSONResponse({"said": said}, status, headers=_FRESH)


class _Card(msgspec.Struct, frozen=True):
    card: str


_CARD: Final = msgspec.json.Decoder(_Card)
