"""One machine cannot take the places of all others, whatever it does; the house's own always has one."""

from __future__ import annotations

import socket
from contextlib import ExitStack

import pytest

from devices.web import places
from devices.web.places import KEPT_HERE, MOST_CONNECTIONS, SHARE, TURNED_AWAY, Place, Places, is_here, sharer
from sharing.errors import PagesFull, TooManyPages
from tests.devices.web.site import Site, choir, hall
from tests.integration.mosquitto import until

PATIENCE_S = 20
HERE, GREEDY, OTHER = "127.0.0.1", "127.0.0.2", "127.0.0.3"
"""Addresses from which a test can call; only the first is this machine's own to the server."""


@pytest.fixture
def few(site: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    """A server with six connections an address, and fourteen from elsewhere."""
    site.stop()
    monkeypatch.setattr(places, "is_here", lambda host: host == HERE)
    for name, value in {"SHARE": 6, "TURNED_AWAY": 3, "KEPT_HERE": 4}.items():
        monkeypatch.setattr(places, name, value)
    monkeypatch.setattr("devices.web.serving.MOST_CONNECTIONS", 14 + 3 + 4)
    site.start()
    site.put(hall(choir()))
    return site


def called(site: Site, whence: str, path: str = "/live?room=ab01") -> socket.socket:
    one = socket.socket()
    one.settimeout(PATIENCE_S)
    one.bind((whence, 0))
    one.connect(("127.0.0.1", site.port))
    if path:
        one.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    return one


def head(one: socket.socket) -> str:
    """Read the first of an answer; nothing if the line was cut."""
    try:
        return one.recv(65536).decode()
    except ConnectionResetError:
        return ""


def whole(one: socket.socket) -> str:
    found = ""
    while part := head(one):
        found += part
    return found


def test_who_has_its_share_is_told_so_and_others_go_on(few: Site) -> None:
    with ExitStack() as stack:
        mine = [stack.enter_context(called(few, GREEDY)) for _ in range(6)]
        assert {head(one).split(" ")[1] for one in mine} == {"200"}
        with called(few, GREEDY) as more:
            said = whole(more)
        with called(few, OTHER) as other, called(few, HERE) as own:
            assert [head(one).split(" ")[1] for one in (other, own)] == ["200", "200"]
    assert said.startswith("HTTP/1.1 429 ")
    assert "retry-after: 60" in said
    assert "content-security-policy" in said
    assert "schon 6 Verbindungen offen" in said
    assert "Schließen Sie dort andere Fenster" in said
    assert "Close other windows" in said


def test_a_place_is_free_again_as_soon_as_its_page_is_closed(few: Site) -> None:
    with ExitStack() as stack:
        for _ in range(6):
            head(stack.enter_context(called(few, GREEDY)))
    until(lambda: _status(few, GREEDY) == "200", PATIENCE_S)


def _status(site: Site, whence: str) -> str:
    with called(site, whence) as one:
        return head(one).partition(" ")[2][:3]


def test_lines_that_say_nothing_count_as_well_and_nobody_is_held_up_by_them(few: Site) -> None:
    with ExitStack() as stack:
        silent = [stack.enter_context(called(few, GREEDY, "")) for _ in range(40)]
        until(lambda: any(_is_cut(one) for one in silent[9:]), PATIENCE_S)
        assert _status(few, OTHER) == "200"
        assert _status(few, HERE) == "200"
        assert not any(_is_cut(one) for one in silent[:6])


def _is_cut(one: socket.socket) -> bool:
    one.setblocking(False)
    try:
        return one.recv(1) == b""
    except BlockingIOError:
        return False
    except ConnectionResetError:
        return True


def test_many_devices_together_leave_places_for_this_machine(few: Site) -> None:
    with ExitStack() as stack:
        for n in range(14):
            assert head(stack.enter_context(called(few, f"127.0.1.{n}"))).startswith("HTTP/1.1 200")
        with called(few, OTHER) as more:
            said = whole(more)
        own = [stack.enter_context(called(few, HERE)) for _ in range(4)]
        assert {head(one).split(" ")[1] for one in own} == {"200"}
    assert said.startswith("HTTP/1.1 503 ")
    assert "in einer Minute" in said


def test_a_machine_with_a_network_of_addresses_has_one_share() -> None:
    made = Places()
    mine = [made.take(f"2001:db8:1:2::{n:x}") for n in range(SHARE + 1)]
    assert [_refusal(one) for one in mine[:SHARE]] == [None] * SHARE
    assert isinstance(_refusal(mine[-1]), TooManyPages)
    assert _refusal(made.take("2001:db8:1:3::1")) is None
    assert sharer("::ffff:10.0.0.7") == sharer("10.0.0.7")


def _refusal(one: Place | None) -> object:
    assert one is not None
    return one.refusal


def test_when_all_places_are_taken_only_some_are_told_and_what_is_left_is_free_again() -> None:
    made = Places()
    taken = [made.take(f"10.0.{n // 200}.{n % 200}") for n in range(MOST_CONNECTIONS)]
    refused = [one for one in taken if one is not None and one.refusal]
    assert {type(one.refusal) for one in refused} == {PagesFull}
    assert (len(refused), taken.count(None)) == (TURNED_AWAY, KEPT_HERE)
    for one in taken:
        if one is not None:
            one.leave()
            one.leave()
    assert _refusal(made.take("10.9.9.9")) is None


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"])
def test_this_machine_has_no_share(host: str) -> None:
    made = Places()
    assert is_here(host)
    assert all(_refusal(made.take(host)) is None for _ in range(MOST_CONNECTIONS))


def test_five_hundred_doors_of_a_house_have_their_place() -> None:
    made = Places()
    assert all(_refusal(made.take(f"10.0.{n % 250}.{n // 250}")) is None for n in range(600))
