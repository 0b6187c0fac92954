"""What a stranger, or five hundred of them, can make the server do: little."""

from __future__ import annotations

import itertools
import json
import resource
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any, cast

import pytest

from devices.web import line, live, serving
from devices.web.board import Board
from devices.web.line import LARGEST_HEAD
from devices.web.places import MOST_CONNECTIONS
from kiosk.i18n import Words
from tests.devices.web.site import Site, choir, hall
from tests.integration.mosquitto import until

PATIENCE_S = 20
QUARTERS = [f"{6 + n // 4:02}:{n % 4 * 15:02}" for n in range(61)]
CROWDED = [choir(begins, ends, n) for n, (begins, ends) in enumerate(itertools.pairwise(QUARTERS))]
"""A day whose message has 20 kB, so that few fit into the buffers of the system."""


def connected(site: Site, *, buffer: int = 0) -> socket.socket:
    """Open a line; with a small `buffer` the other side soon has to wait."""
    one = socket.socket()
    if buffer:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
    one.settimeout(PATIENCE_S)
    one.connect(("127.0.0.1", site.port))
    return one


def listening(site: Site, room: str = "ab01", *, buffer: int = 0) -> socket.socket:
    """Open the stream of a page."""
    one = connected(site, buffer=buffer)
    one.sendall(f"GET /live?room={room} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    return one


def messages(one: socket.socket) -> Iterator[dict[str, object]]:
    """Read what a page is told, as it comes."""
    deadline = time.monotonic() + PATIENCE_S
    with one.makefile("rb") as file:
        for row in file:
            assert time.monotonic() < deadline
            if row.startswith(b"data: "):
                yield json.loads(row.removeprefix(b"data: "))


def seq(news: dict[str, object]) -> int:
    rooms = news["rooms"]
    assert isinstance(rooms, list)
    return int(rooms[0]["state"]["seq"]) if rooms else 0


def ended(one: socket.socket) -> bytes:
    """Read until the other side hangs up; gives what it said."""
    said, deadline = b"", time.monotonic() + PATIENCE_S
    try:
        while part := one.recv(65536):
            assert time.monotonic() < deadline
            said += part
    except ConnectionResetError:
        pass
    return said


@pytest.fixture
def files() -> Iterator[None]:
    """Both ends of each line are in this process: more files than are usually allowed, if they are."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(max(before[0], 4096), before[1]), before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


@pytest.mark.usefixtures("files")
def test_five_hundred_doors_hear_the_same_news(site: Site) -> None:
    site.put(hall(choir("18:00", "20:00")))
    doors = [listening(site) for _ in range(500)]
    try:
        streams = [messages(one) for one in doors]
        assert {len(next(one)["rooms"]) for one in streams} == {1}  # type: ignore[arg-type]
        site.now += 1
        busy = time.thread_time()
        site.put(hall(choir("12:00", "14:00")))
        assert time.thread_time() - busy < 0.1  # whoever tells the board waits for nobody
        for one in streams:
            news = next(found for found in one if seq(found) == site.now)
            assert news["rooms"][0]["state"]["status"] == "busy"  # type: ignore[index]
        assert site.get("/house").status == 200
    finally:
        for door in doors:
            door.close()


def test_there_is_an_end_to_how_many_are_served_at_once(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.stop()
    monkeypatch.setattr(serving, "MOST_CONNECTIONS", 5)
    site.start()
    doors = [listening(site) for _ in range(4)]
    try:
        for door in doors:
            next(messages(door))
        with closing(listening(site)) as more:
            assert b" 503 " in more.recv(4096)
    finally:
        for door in doors:
            door.close()
    until(lambda: site.get("/house").status == 200, PATIENCE_S)
    assert MOST_CONNECTIONS >= 500 + 100


def test_a_page_that_reads_slowly_gets_the_newest_and_not_all_that_was_before(site: Site) -> None:
    with closing(listening(site, buffer=4096)) as slow:
        until(lambda: clients(site) == 1, PATIENCE_S)
        first = site.now
        for n in range(100):
            site.put(hall(*CROWDED), at=first + n)
            if n % 5 == 0:
                assert site.get("/static/icon.svg").status == 200  # time for the loop to send each
        heard = []
        for news in messages(slow):
            heard.append(seq(news))
            if heard[-1] == first + 99:
                break

    assert heard == sorted(heard)
    assert len(heard) < 50


def test_a_page_that_reads_nothing_is_cut_off(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, "READ_S", 0.2)
    with closing(listening(site, buffer=4096)) as deaf:
        until(lambda: clients(site) == 1, PATIENCE_S)
        gone = threading.Event()

        def send() -> None:
            n = 0
            while not gone.is_set():
                n += 1
                site.put(hall(*CROWDED), at=site.now + n)
                site.get("/static/icon.svg")

        sender = threading.Thread(target=send)
        sender.start()
        try:
            until(lambda: not clients(site), PATIENCE_S)
        finally:
            gone.set()
            sender.join()
        assert ended(deaf)


def clients(site: Site) -> int:
    """How many streams are open: the board's listener is the server's own."""
    listeners = cast("list[Any]", site.board._listeners)
    return sum(len(one.__self__._clients) for one in listeners)


def test_a_page_that_is_closed_is_forgotten(site: Site) -> None:
    with closing(listening(site)) as door:
        next(messages(door))
        assert clients(site) == 1
    until(lambda: clients(site) == 0, PATIENCE_S)


def test_an_open_page_hears_a_sign_of_life(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "PING_S", 0.05)
    with closing(listening(site)) as door:
        stream = messages(door)
        next(stream)
        site.now += 1000
        assert next(found for found in stream if found["now"] == site.now)["rooms"] == []


@pytest.mark.parametrize(
    "head",
    [
        b"", b"GET / HT", b"GET /house HTTP/1.1\r\nHost: x\r\nX: ",
    ],
    ids=["nothing", "half a line", "half a head"],
)  # fmt: skip
def test_a_head_that_never_ends_is_not_waited_for(
    site: Site, monkeypatch: pytest.MonkeyPatch, head: bytes
) -> None:
    monkeypatch.setattr(line, "HEAD_S", 0.2)
    with closing(connected(site)) as one:
        one.sendall(head)
        assert ended(one) == b""


def test_a_second_head_that_never_ends_is_not_waited_for_either(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "HEAD_S", 0.3)
    with closing(connected(site)) as one:
        one.sendall(b"GET /static/icon.svg HTTP/1.1\r\nHost: x\r\n\r\n")
        assert b"200 OK" in one.recv(65536)
        one.sendall(b"GET / HT")
        ended(one)


def test_a_head_that_is_too_large_is_refused(site: Site) -> None:
    with closing(connected(site)) as one:
        one.sendall(b"GET /house HTTP/1.1\r\nHost: x\r\nX: " + b"x" * (LARGEST_HEAD + 1000))
        assert ended(one).startswith(b"HTTP/1.1 400")
    assert site.get("/" + "x" * 20_000).status in {400, 404}  # what comes in one piece is there already


def test_a_body_is_not_read(site: Site) -> None:
    with closing(connected(site)) as one:
        one.sendall(b"POST /house HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\nxxxx")
        assert ended(one).startswith(b"HTTP/1.1 413")


def test_streams_end_when_the_server_does(site: Site) -> None:
    with closing(listening(site)) as door:
        next(messages(door))
        begun = time.monotonic()
        site.stop()
        assert ended(door).endswith(b"0\r\n\r\n")
    assert time.monotonic() - begun < serving._END_S


def test_a_port_that_is_taken_is_told_to_whoever_starts_a_second_server(site: Site) -> None:
    second = serving.serving(
        Board(), bind="127.0.0.1", port=site.port, speak=Words, languages=("de",), now=lambda: 0
    )
    with pytest.raises(OSError, match="in use"), second:
        raise AssertionError
