"""The measurements of doors and paper run and say what they promise; how fast a machine is, is no test."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from kiosk.bench import devices, door_screen
from tests.bench.running import answer_of

STATES = {f"door_state{where}_{part}" for where in ("", "_central") for part in ("p50", "p95")}
PIXELS = {one.replace("state", "pixel") for one in STATES}
DOORS = {"doors_memory", "doors_started", "doors_idle", "doors_booking"}


@pytest.fixture(scope="module")
def answer(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return answer_of("devices", tmp_path_factory.mktemp("bench"))


def test_every_figure_is_there_with_what_the_plain_way_needs(answer: dict[str, Any]) -> None:
    figures = answer["figures"]

    assert {one["key"] for one in figures} == {"picture", "labels", *STATES, *PIXELS, *DOORS}
    assert len(figures) == len({one["key"] for one in figures})
    assert answer["missing"] == []
    for one in figures:
        assert one["beside"] > 0, one
        assert math.isfinite(one["ratio"]), one
        assert one["value"] > 0 or one["key"] == "doors_booking", one


def test_the_aims_are_those_of_whoever_stands_at_a_door(answer: dict[str, Any]) -> None:
    aims = {one["key"]: one["limit"] for one in answer["figures"] if one["aim"]}

    assert aims == {
        "picture": 30, "labels": 5, "door_state_p95": 100, "door_state_central_p95": 100,
        "door_pixel_p95": 250, "door_pixel_central_p95": 250,
    }  # fmt: skip


def test_without_a_browser_the_rest_is_measured_and_the_browser_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(door_screen, "is_there", lambda: False)
    for part in ("_crowd", "_doors"):
        monkeypatch.setattr(devices, part, lambda *_: [])
    asked: list[str] = []

    found = devices.measure(devices.SHORT, tmp_path, asked.append)

    assert found.missing == ("playwright",)
    assert [one.key for one in found.figures] == ["picture", "labels"]
