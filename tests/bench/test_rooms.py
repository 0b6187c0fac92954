"""The measurements of rooms run and say what they promise; how fast a machine is, is no test."""

from __future__ import annotations

import math
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from kiosk.bench.room_houses import AHEAD_DAYS, lodge
from sharing.journal.rebuild import differences
from sharing.journal.verify import verify
from sharing.rooms.actions import day
from tests.bench.running import figures_of

AT_EACH_SIZE = {
    "book_p50", "book_p95", "book_refused", "rooms_week", "rooms_find", "rooms_day", "rooms_feed",
}  # fmt: skip


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    return figures_of("rooms", tmp_path_factory.mktemp("bench"))


def test_every_figure_is_there_at_every_size(measured: list[dict[str, Any]]) -> None:
    found = [(one["key"], one["about"]) for one in measured]

    assert len(found) == len(set(found))
    assert {key for key, _ in found} == {*AT_EACH_SIZE, "book_growth"}
    assert {about for key, about in found if key in AT_EACH_SIZE} == {"80", "160"}


def test_every_figure_has_what_the_plain_way_needs_and_a_ratio(measured: list[dict[str, Any]]) -> None:
    for one in measured:
        assert one["value"] > 0, one
        assert one["beside"] > 0, one
        assert math.isfinite(one["ratio"]), one


def test_each_aim_is_about_the_middle_size_and_answered(measured: list[dict[str, Any]]) -> None:
    aims = {one["key"]: one for one in measured if one["aim"]}

    assert set(aims) == {"book_p50", "rooms_week", "rooms_day", "rooms_feed"}
    assert {one["about"] for one in aims.values()} == {"160"}
    assert all(one["met"] in {True, False} for one in aims.values())


def test_a_house_filled_in_bulk_is_a_house_like_any_other(tmp_path: Path) -> None:
    lodging = lodge(tmp_path / "house", 4, 60, 4, 3)

    assert verify(lodging.store).faults == ()
    assert differences(lodging.store) == []
    with lodging.store.reader() as read:
        assert read.rows("SELECT COUNT(*) FROM slot") == [(60 + 4 * 3,)]
        assert read.rows("SELECT COUNT(*) FROM wish") == [(0,)]
        last = read.rows("SELECT MAX(begins) FROM slot")[0][0]
    assert lodging.span(lodging.today, (0, 0)).begins < last
    assert any(dates for _, dates in day(lodging.store, lodging.today + timedelta(days=AHEAD_DAYS)))
    lodging.house.close()
