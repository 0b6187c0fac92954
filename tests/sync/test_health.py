"""How the central is doing: as a value, as Prometheus reads it, and on its page."""

from __future__ import annotations

import json
import re
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from sharing.errors import Busy, PortTaken
from sharing.house import House
from sharing.journal.entry import Draft
from sharing.journal.shapes import PrivateEmptied
from sync.watching.health import Around, Health, look, metrics
from sync.watching.health_page import HealthPage
from tests.fakes import FakeClock
from tests.sync.houses import central_house


@pytest.fixture
def central(tmp_path: Path, clock: FakeClock) -> Iterator[House]:
    with central_house(tmp_path / "data", clock) as made:
        with made.store.begin() as work:
            work.new_term()
            work.add_peer("desk-1")
            work.add_peer("desk-2")
            work.note_peer("desk-1", heard_at=work.now, applied=1, offset_ms=-250, frames=7, refused=2)
            work.revoke_peer("desk-2")
            work.hand_on()
        yield made


def values(text: str) -> dict[str, str]:
    return dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))


def test_each_machine_is_counted_with_its_lag_and_its_clock(central: House) -> None:
    found = {one.node: one for one in look(central.store).machines}

    assert (found["desk-1"].applied, found["desk-1"].lag, found["desk-1"].offset_ms) == (1, 0, -250)
    assert (found["desk-2"].lag, found["desk-2"].heard_at, found["desk-2"].revoked) == (1, None, True)


def test_the_entries_are_counted_without_reading_the_journal(central: House) -> None:
    for _ in range(3):
        with central.store.begin() as work:
            work.append(work.new_id(), [Draft("privacy:x", PrivateEmptied(entries=()))])
    with central.store.reader() as read:
        entries = read.rows("SELECT COUNT(*) FROM entry")[0][0]
    assert look(central.store).entries == entries
    with central.store.begin() as work:
        work.hand_on()
    assert look(central.store).entries == entries


def test_a_central_is_well_only_while_it_is_connected_decides_and_has_nothing_set_aside(
    central: House,
) -> None:
    connected = Around(connected=True)
    assert look(central.store, connected).ok
    assert not look(central.store).ok

    with central.store.begin() as work:
        work.set_sync(restoring=1)
    assert not look(central.store, connected).ok
    with central.store.begin() as work:
        work.set_sync(restoring=0)
        work.quarantine(node="desk-1", epoch=1, seq=1, act=b"a" * 16, parts=1, reason="x", raw=b"x")
    assert not look(central.store, connected).ok


def test_metrics_are_lines_that_prometheus_reads(central: House) -> None:
    text = metrics(look(central.store, Around(connected=True)))

    line = re.compile(r'teilhaus_[a-z_]+(\{[a-z]+="[^"\\]*"\})? -?[0-9]+')
    assert all(line.fullmatch(one) for one in text.splitlines() if not one.startswith("#"))
    assert text.endswith("\n")
    told = values(text)
    assert told["teilhaus_up"] == "1"
    assert told['teilhaus_node_lag{node="desk-2"}'] == "1"
    assert told['teilhaus_node_clock_offset_ms{node="desk-1"}'] == "-250"
    assert told['teilhaus_node_refused_total{node="desk-1"}'] == "2"
    assert told["teilhaus_quarantined"] == "0"
    assert 'teilhaus_node_away_ms{node="desk-2"}' not in told


def test_every_metric_is_explained_once(central: House) -> None:
    text = metrics(look(central.store))
    helped = re.findall(r"^# HELP (\S+) ", text, flags=re.MULTILINE)

    assert len(helped) == len(set(helped))
    assert {re.split(r"[{ ]", one)[0] for one in values(text)} == set(helped)


def test_the_page_gives_both_and_nothing_else(central: House) -> None:
    health = look(central.store, Around(connected=True))
    page = HealthPage(0, lambda: health)
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{page.port}/metrics", timeout=10) as answer:
            assert answer.read().decode() == metrics(health)
        with urllib.request.urlopen(f"http://127.0.0.1:{page.port}/health", timeout=10) as answer:
            assert json.loads(answer.read())["house"] == "Testhaus"
        with pytest.raises(urllib.error.HTTPError, match="404") as caught:
            urllib.request.urlopen(f"http://127.0.0.1:{page.port}/", timeout=10)
        caught.value.close()
    finally:
        page.close()


def test_the_page_says_when_the_central_is_not_well_and_when_its_database_is_away(central: House) -> None:
    def away() -> Health:
        raise Busy

    for look_at in (lambda: look(central.store), away):
        page = HealthPage(0, look_at)
        try:
            with pytest.raises(urllib.error.HTTPError, match="503") as caught:
                urllib.request.urlopen(f"http://127.0.0.1:{page.port}/health", timeout=10)
            caught.value.close()
        finally:
            page.close()
            central.store.close()


def test_the_page_listens_on_the_loopback_only() -> None:
    page = HealthPage(0, lambda: pytest.fail("nobody asks"))
    try:
        with socket.socket() as other:
            other.settimeout(5)
            assert other.connect_ex(("127.0.0.1", page.port)) == 0
        listening = [line.split()[1] for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        assert f"0100007F:{page.port:04X}" in listening
    finally:
        page.close()


def test_a_port_that_is_taken_is_said_so() -> None:
    page = HealthPage(0, lambda: pytest.fail("nobody asks"))
    try:
        with pytest.raises(PortTaken):
            HealthPage(page.port, lambda: pytest.fail("nobody asks"))
    finally:
        page.close()
