"""The measurements of sync run and say what they promise; how fast a machine is, is no test."""

from __future__ import annotations

import math
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from kiosk.bench.sync_houses import copy_of, found, live, promise
from sharing.house import open_house
from sharing.journal.rebuild import differences
from sharing.journal.verify import verify
from tests.bench.running import answer_of

EVERY_FIGURE = {
    "sync_up", "sync_down", "sync_down_busy", "sync_scan_p95", "sync_end_p50", "sync_end_p95", "sync_week",
    "sync_memory_central", "sync_memory_kiosk", "sync_growth",
}  # fmt: skip


@pytest.fixture(scope="module")
def answer(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return answer_of("sync", tmp_path_factory.mktemp("bench"), POUCH_FOLDER="")


@pytest.fixture(scope="module")
def measured(answer: dict[str, Any]) -> list[dict[str, Any]]:
    figures: list[dict[str, Any]] = answer["figures"]
    return figures


def test_every_figure_is_there(measured: list[dict[str, Any]]) -> None:
    assert {one["key"] for one in measured} == EVERY_FIGURE


def test_both_databases_of_the_central_are_measured(measured: list[dict[str, Any]]) -> None:
    found = [one["about"].split(",")[0] for one in measured if one["key"] == "sync_up"]
    assert found == ["SQLite", "PostgreSQL"]


def test_what_is_not_on_this_machine_is_said(answer: dict[str, Any]) -> None:
    assert answer["missing"] == ["pouch"]


def test_every_figure_has_what_the_plain_way_needs_and_a_ratio(measured: list[dict[str, Any]]) -> None:
    for one in measured:
        assert one["value"] > 0, one
        assert one["beside"] > 0, one
        assert math.isfinite(one["ratio"]), one
        assert one["ratio"] > 0, one


def test_every_aim_is_answered(measured: list[dict[str, Any]]) -> None:
    assert all((one["aim"] is None) == (one["met"] is None) for one in measured)
    aims = {one["key"] for one in measured if one["aim"]}
    assert aims == {
        "sync_up", "sync_down", "sync_down_busy", "sync_scan_p95", "sync_end_p95", "sync_memory_central",
        "sync_memory_kiosk",
    }  # fmt: skip


def test_what_a_kiosk_wrote_alone_is_a_journal_like_any_other(tmp_path: Path) -> None:
    site = found(tmp_path / "site", 120, 4)
    central = copy_of(site.central, tmp_path / "central")
    alone = copy_of(site.kiosk, tmp_path / "alone", "alone")
    promise(site, central, range(20))
    live(site, alone, 200)
    for data in (central, alone):
        house = open_house(data)
        assert verify(house.store).faults == ()
        assert differences(house.store) == []
        house.close()

    house = open_house(alone)
    with house.store.reader() as read:
        own = Counter(
            row[0]
            for row in read.rows(
                "SELECT e.kind FROM entry e JOIN position p ON p.entry = e.id"
                " JOIN local_node l ON l.node = p.node"
            )
        )
        waits = read.rows("SELECT COUNT(*) FROM local_request")
        cases = read.rows("SELECT kind FROM matter")
    house.close()
    assert own["renewal.asked"] == own["booking.asked"] == 20
    assert own["item.out"] + own["item.back"] == 160
    assert waits == [(40,)]
    assert cases == []
