"""The addresses of the web server: doors, the hall, things, rooms, calendars. A card at a door writes.

/door/ROOM  /house  /book/ROOM  /i/CODE  /feed/TOKEN.ics  /live  /code/ROOM.svg  /static/FILE
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from devices.panels.granting import Granting
from devices.web import files, for_phones, pages
from devices.web.asking import Desk, preferred
from devices.web.board import Board
from devices.web.cards import MOST_BYTES, Cards
from devices.web.facts import PlaceFacts, RoomFacts, code_facts, room_facts
from devices.web.line import REFUSED
from devices.web.live import Live
from devices.web.pages import Look
from devices.words import Words
from sharing.errors import BadInput, FeedRevoked, Refusal, TeilhausError, TooManyPages
from sharing.journal.store import Store
from sharing.rooms.calendars.tokens import feed as feed_of

LONGEST_REF: Final = 100
MOST_LANGUAGES_AT_ONCE: Final = 2
SAFE: Final = {
    b"content-security-policy": b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
    b" font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
    b" require-trusted-types-for 'script'; trusted-types 'none'",
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"cross-origin-resource-policy": b"same-origin",
    b"permissions-policy": b"camera=(), microphone=(), geolocation=()",
    b"x-robots-tag": b"noindex, nofollow",
}
"""On every answer: nothing runs or loads but what this server sends, and no search engine keeps codes."""
RETRY_S: Final = "60"
"""When to come again, as browsers are told."""
FRESH: Final = {"cache-control": "no-store"}


class Pages:
    """Answers for one house."""

    def __init__(
        self, board: Board, live: Live, desk: Desk, cards: Cards, *, speak: Callable[[str], Words],
        languages: Sequence[str], beside: Sequence[str],
    ) -> None:  # fmt: skip
        self._board, self._live, self._desk, self._cards = board, live, desk, cards
        self._speak, self._languages, self._beside = speak, tuple(languages), frozenset(beside)

    async def door(self, request: Request) -> Response:
        """The page at a door, live."""
        ref = _ref(request)
        sign = self._board.named(ref)
        takes_cards = self._cards.taken_from(request)
        if sign is not None:
            look = self._look(request)
            return _page(pages.door(look, sign.state.room, sign.state.name, takes_cards=takes_cards))
        found = await self._desk.ask(partial(room_facts, ref=ref))
        if found is None:
            return self.lost(request, "web.lost_room", scripts=("again.js",))
        look = self._look(request)
        name = found.room.name(look.languages[0])
        return _page(pages.door(look, found.room.id, name, takes_cards=takes_cards))

    async def hall(self, request: Request) -> Response:
        """The day of all rooms, live."""
        return _page(pages.hall(self._look(request)))

    async def book(self, request: Request) -> Response:
        """What a room is like and how to book it: where the code at a door leads."""
        ref = _ref(request)
        found = await self._desk.ask(partial(room_facts, ref=ref))
        if found is None:
            return self.lost(request, "web.lost_room")
        return _page(for_phones.booking(self._reading(request), found))

    async def thing(self, request: Request) -> Response:
        """What a code is on, and whether it is free."""
        code = request.path_params["code"][:LONGEST_REF]
        found = await self._desk.ask(partial(code_facts, text=code))
        if found is None:
            return self.lost(request, "web.lost_code")
        look = self._reading(request)
        if isinstance(found, RoomFacts):
            return _page(for_phones.booking(look, found))
        if isinstance(found, PlaceFacts):
            return _page(for_phones.place(look, found))
        return _page(for_phones.thing(look, found))

    async def feed(self, request: Request) -> Response:
        """A calendar to subscribe to."""
        token = request.path_params["token"]
        try:
            found = await self._desk.ask(partial(feed_of, token=token, language=self._languages[0]))
        except (FeedRevoked, BadInput):
            found = None
        if found is None:
            return self.lost(request, "web.lost_feed")
        kind = "text/calendar; charset=utf-8"
        return files.cached(request, found.data, kind, found.etag, keep="private, no-cache")

    async def live(self, request: Request) -> Response:
        """The stream of an open page."""
        room = request.query_params.get("room")
        headers = {**FRESH, "x-accel-buffering": "no"}  # a proxy in front must not collect the news
        if request.method == "HEAD":
            return Response(media_type="text/event-stream", headers=headers)
        stream = self._live.stream(room if room is None else room[:LONGEST_REF])
        return StreamingResponse(stream, media_type="text/event-stream", headers=headers)

    async def code(self, request: Request) -> Response:
        """The picture of the code that leads to booking a room."""
        sign = self._board.named(_ref(request))
        picture = None if sign is None else files.code_picture(sign.state.book)
        if picture is None:
            return self.lost(request, "web.lost_room")
        return Response(picture, media_type="image/svg+xml", headers={"cache-control": "no-cache"})

    async def file(self, request: Request) -> Response:
        """What pages are made of."""
        return files.file_named(request, request.path_params["name"]) or self.lost(request, "web.lost_page")

    def lost(
        self, request: Request, why: str, *, title: str = "web.lost_title", status: int = 404,
        scripts: Sequence[str] = (),
    ) -> Response:  # fmt: skip
        """Say in both languages that this is not there."""
        body = pages.lost(self._look(request), title, why, scripts=scripts)
        return HTMLResponse(body, status, headers=FRESH)

    async def refused(self, request: Request, error: Exception) -> Response:
        """Answer what no page answers: unknown addresses, wrong methods, a database that is busy."""
        status = error.status_code if isinstance(error, HTTPException) else 503
        if request.headers.get("content-type") == "application/json":
            return self._cards.trouble(status)
        if status == 404:  # noqa: PLR2004 (Not Found)
            return self.lost(request, "web.lost_page")
        return self.lost(request, "web.trouble", title="web.trouble_title", status=status)

    def turned_away(self, request: Request, why: Refusal) -> Response:
        """Say that there is no place for this connection, and what to do."""
        body = pages.refused(self._look(request), why)
        status = 429 if isinstance(why, TooManyPages) else 503
        return HTMLResponse(body, status, headers={**FRESH, "retry-after": RETRY_S, "connection": "close"})

    def _look(self, request: Request) -> Look:
        """A page for everybody: the house's first language, and a second that the address may name."""
        second = request.query_params.get("with", "")
        asked = [second] if second in {*self._languages, *self._beside} else []
        both = tuple(dict.fromkeys((self._languages[0], *asked, *self._languages)))
        return Look(both[:MOST_LANGUAGES_AT_ONCE], self._speak, files.version(), _theme(request))

    def _reading(self, request: Request) -> Look:
        """A page for one reader, in their language; the others are offered."""
        return Look(preferred(request, self._languages), self._speak, files.version(), _theme(request))


def application(
    board: Board,
    live: Live,
    *,
    store: Store | None,
    granting: Granting | None,
    speak: Callable[[str], Words],
    languages: Sequence[str],
    beside: Sequence[str] = (),
) -> Starlette:
    """Put the addresses of one house together.

    Args:
        board: what is shown at doors.
        live: hands its news on.
        store: the journal, for things, rooms and calendars; None: this machine has none.
        granting: says and does what a card may do at a door; None: no page here takes a card.
        speak: the words of a language.
        languages: those of the house, the first one first.
        beside: more that may stand second at doors.
    """
    desk = Desk(store)
    cards = Cards(granting, desk, speak=speak, languages=languages)
    of = Pages(board, live, desk, cards, speak=speak, languages=languages, beside=beside)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        live.begin()
        try:
            yield
        finally:
            desk.close()

    handlers = {HTTPException: of.refused, TeilhausError: of.refused}
    app = Starlette(routes=_routes(of, cards), exception_handlers=handlers, lifespan=lifespan)
    app.router.redirect_slashes = False  # it would send people, and tokens, to whatever host they named
    app.add_middleware(Guarded, turned_away=of.turned_away)
    return app


def _routes(of: Pages, cards: Cards) -> list[Route]:
    return [
        Route("/", _to_hall),
        Route("/door/{room}", of.door),
        Route("/door/{room}/card", cards.show, methods=["POST"]),
        Route("/door/{room}/do/{what}", cards.do, methods=["POST"]),
        Route("/house", of.hall),
        Route("/book/{room}", of.book),
        Route("/i/{code}", of.thing),
        Route("/feed/{token}.ics", of.feed),
        Route("/live", of.live),
        Route("/code/{room}.svg", of.code),
        Route("/static/{name}", of.file),
    ]


class Guarded:
    """Writes the safe headers on every answer, and takes no body but a small one at a door."""

    def __init__(
        self, app: Callable[..., object], turned_away: Callable[[Request, Refusal], Response]
    ) -> None:
        self._app, self._turned_away = app, turned_away

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] == "http" and _has_body(scope):
            await Response(status_code=413, headers={"connection": "close"})(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *SAFE.items()]
            await send(message)

        if refusal := scope.get("state", {}).get(REFUSED):
            await self._turned_away(Request(scope), refusal)(scope, receive, guarded)
            return
        await self._app(scope, receive, guarded)  # type: ignore[misc] # an ASGI application


def _has_body(scope: Scope) -> bool:
    headers = dict(scope["headers"])
    length = headers.get(b"content-length", b"0")
    most = MOST_BYTES if scope["method"] == "POST" and scope["path"].startswith("/door/") else 0
    return b"transfer-encoding" in headers or not length.isdigit() or int(length) > most


async def _to_hall(_request: Request) -> Response:
    return RedirectResponse("/house", headers=FRESH)


def _page(text: str) -> Response:
    return HTMLResponse(text, headers=FRESH)


def _ref(request: Request) -> str:
    """Give the room that is asked for; what no room is called finds none."""
    ref = str(request.path_params["room"])
    return ref if ref.isprintable() and len(ref) <= LONGEST_REF else ""


def _theme(request: Request) -> str:
    asked = request.query_params.get("theme", "")
    return asked if asked in pages.THEMES else ""
