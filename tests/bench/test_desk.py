"""The measurements run and say what they promise; how fast a machine is, is no test."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from kiosk.bench.figures import Aim, Figure, Round, compared
from kiosk.bench.houses import count, fill, grow
from sharing.journal.rebuild import differences
from sharing.journal.verify import verify
from sharing.lending.actions import open_loans
from tests.bench.running import figures_of

EVERY_FIGURE = {
    "scan_p50", "scan_p95", "check_outs", "rebuild", "start", "command", "screen_p50", "screen_p95", "memory",
    "memory_growth", "check_out_at", "growth",
}  # fmt: skip


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    return figures_of("desk", tmp_path_factory.mktemp("bench"))


def test_every_figure_is_there(measured: list[dict[str, Any]]) -> None:
    assert {one["key"] for one in measured} == EVERY_FIGURE


def test_every_figure_has_what_the_plain_way_needs_and_a_ratio(measured: list[dict[str, Any]]) -> None:
    for one in measured:
        if one["key"] == "memory_growth":  # a few visits may take no memory at all
            continue
        assert one["value"] > 0, one
        assert one["beside"] > 0, one
        assert math.isfinite(one["ratio"]), one
        assert one["ratio"] > 0, one


def test_every_aim_is_answered(measured: list[dict[str, Any]]) -> None:
    assert all((one["aim"] is None) == (one["met"] is None) for one in measured)
    aims = {one["key"] for one in measured if one["aim"]}
    assert aims == {"check_outs", "rebuild", "start", "command", "screen_p95", "memory_growth", "growth"}


def test_a_history_made_in_bulk_is_a_journal_like_any_other(tmp_path: Path) -> None:
    filled = fill(tmp_path / "house", 20)
    grow(filled, 500)
    assert 499 <= count(filled.store) <= 500
    assert verify(filled.store).faults == ()
    assert differences(filled.store) == []
    assert open_loans(filled.store) == []
    filled.house.close()


def test_a_ratio_is_the_median_of_rounds_measured_side_by_side() -> None:
    slow_second = [Round((0.002,), (0.001,)), Round((0.030,), (0.015,)), Round((0.006,), (0.002,))]
    figure = compared("any", slow_second, aim=Aim.RATIO, limit=2.0)
    assert (figure.value, figure.beside, figure.ratio, figure.met) == (6.0, 2.0, 2.0, True)


def test_an_aim_can_be_a_least() -> None:
    assert Figure("any", 1, "1/s", 2, 0.5, aim=Aim.RATIO, limit=0.4, at_least=True).met
    assert not Figure("any", 1, "1/s", 4, 0.25, aim=Aim.RATIO, limit=0.4, at_least=True).met
