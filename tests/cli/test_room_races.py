"""Several processes at the same room at once: one gets it, the others hear what is free instead."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.test_processes import modules_after
from tests.postgres import Cluster

ROOT = Path(__file__).parents[2]
PEOPLE = ("Ayşe Deneme", "David Vorlage", "Greta Entwurf", "Samuel Specimen")


class House:
    """A data folder, and commands as processes of their own."""

    def __init__(self, data: Path, url: str = "") -> None:
        self.data, self.url = data, url
        code, self.made = self.say("init", "--demo")
        assert code == 0
        # Whatever day it is: always open.
        assert self.say("house", "set", "room_hours={}", "room_closing_days={}")[0] == 0
        assert self.say("room", "change", "saal", "--hours", "mon-sun 00:00-24:00")[0] == 0

    def start(self, *words: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-P", "-m", "kiosk", *words, "--json"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={
                "PATH": os.environ["PATH"],
                "TEILHAUS_DATA": str(self.data),
                "PYTHONWARNINGS": "error",
                **({"TEILHAUS_DATABASE_URL": self.url} if self.url else {}),
            },
        )

    def say(self, *words: str) -> tuple[int, dict[str, Any]]:
        return answer(self.start(*words))

    def cards(self) -> list[str]:
        return [one["code"] for one in self.made["cards"] if one["person"] in PEOPLE]


def answer(process: subprocess.Popen[str]) -> tuple[int, dict[str, Any]]:
    out, err = process.communicate(timeout=120)
    assert err == ""
    return process.returncode, json.loads(out)


def race(house: House) -> None:
    staff = house.made["staff"][0]["code"]
    for slot in ("+2d 11:00", "+3d 14:00", "+4d 22:00"):
        when = ("--from", slot, "--to", "+2h", "--by", staff)
        wanted = zip(("saal-a", "saal-a", "saal", "saal-a"), house.cards(), strict=True)
        racing = [house.start("book", room, *when, "--card", card) for room, card in wanted]

        answers = [answer(one) for one in racing]

        assert sorted(code for code, _ in answers) == [0, 3, 3, 3]
        for code, said in answers:
            if code:
                assert said["refusal"] == "not_free"
                assert said["details"]["why"] == "taken"
                assert said["alternatives"]
                assert set(said["alternatives"][0]) == {"room", "rooms", "from", "to"}
    assert house.say("journal", "verify")[0] == 0
    assert house.say("doctor", "--rebuild")[0] == 0


def test_of_processes_that_book_one_slot_at_once_one_gets_it_and_the_others_an_alternative(
    tmp_path: Path,
) -> None:
    race(House(tmp_path / "data"))


def test_the_same_on_postgresql(tmp_path: Path, postgres: Cluster) -> None:
    race(House(tmp_path / "data", postgres.new_database()))


def test_one_booking_sent_twice_at_once_is_made_once(tmp_path: Path) -> None:
    house = House(tmp_path / "data")
    order = ("book", "naehzimmer", "--from", "+2d 12:00", "--to", "13:00", "--card", house.cards()[0])
    racing = [house.start(*order, "--act", "e" * 32) for _ in range(3)]

    answers = [answer(one) for one in racing]

    assert [code for code, _ in answers] == [0, 0, 0]
    assert len({said["booking"]["id"] for _, said in answers}) == 1


@pytest.mark.parametrize(
    "words", [("room", "list"), ("rooms", "free", "--from", "+1d 18:00", "--to", "20:00")]
)
def test_a_question_about_rooms_imports_no_calendar_library(tmp_path: Path, words: tuple[str, ...]) -> None:
    house = House(tmp_path / "data")
    code, modules = modules_after(house.data, *words)

    assert code == 0
    assert modules & {"icalendar", "recurring_ical_events", "dateutil", "textual", "rich", "psycopg"} == set()
