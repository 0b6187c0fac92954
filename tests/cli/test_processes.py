"""Commands as processes of their own: exit codes, what stands where, what is imported, two at once."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import IO, Any

import pytest

from tests.cli.conftest import Desk
from tests.postgres import Cluster

ROOT = Path(__file__).parents[2]
HEAVY = {
    "textual",
    "rich",
    "PIL",
    "qrcode",
    "zxingcpp",
    "holidays",
    "argon2",
    "psycopg",
    "psycopg2",
    "icalendar",
    "paho",
    "difflib",
    "importlib.resources",
}


@pytest.fixture
def house(tmp_path: Path) -> Desk:
    """An example house made by a process, under the machine's own clock."""
    data = tmp_path / "data"
    made = start(data, "init", "--demo", "--json")
    out, _ = made.communicate(timeout=60)
    from tests.fakes import FakeClock

    return Desk(data, FakeClock(), json.loads(out))


def start(
    data: Path, *words: str, stdin: int | None = subprocess.DEVNULL, stdout: IO[str] | int = subprocess.PIPE
) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "kiosk", *words],
        stdin=stdin,
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "TEILHAUS_DATA": str(data),
            "LANG": "de_DE.UTF-8",
            "PYTHONWARNINGS": "error",
        },
    )


def run(data: Path, *words: str) -> tuple[int, str, str]:
    process = start(data, *words)
    out, err = process.communicate(timeout=60)
    return process.returncode, out, err


def modules_after(data: Path, *words: str) -> tuple[int, set[str]]:
    """Run a command in a process of its own; gives its exit code, and what it has imported by its end."""
    program = (
        "import sys, atexit, json\n"
        "said = lambda: print(json.dumps([n for n, m in sys.modules.items() if m]), file=sys.stderr)\n"
        "atexit.register(said)\n"
        f"sys.argv = {['teilhaus', *words]!r}\n"
        "from kiosk.cli.main import main\nmain()\n"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", program],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=60,
        check=False,
        env={"PATH": os.environ["PATH"], "TEILHAUS_DATA": str(data), "PYTHONPATH": str(ROOT)},
    )
    return done.returncode, set(json.loads(done.stderr.splitlines()[-1]))


def test_exit_codes_and_channels_are_those_on_the_page(house: Desk, tmp_path: Path) -> None:
    done = run(house.data, "loans")
    usage = run(house.data, "loans", "--late")
    refused = run(house.data, "return", "stativ-1")
    unreadable = run(tmp_path / "nothing", "loans", "--json")

    assert (done[0], usage[0], refused[0], unreadable[0]) == (0, 2, 3, 4)
    assert (done[2], usage[1], refused[1], unreadable[2]) == ("", "", "", "")
    assert json.loads(unreadable[1])["refusal"] == "no_house"
    assert "Traceback" not in usage[2] + refused[2]


def test_wrong_settings_end_with_exit_code_2(house: Desk) -> None:
    (house.data / "teilhaus.toml").write_text("[kiosk]\ntheme = 'drak'\n")

    code, out, err = run(house.data, "loans", "--json")

    assert (code, err) == (2, "")
    assert json.loads(out)["errors"][0]["meant"] == "dark"


@pytest.mark.parametrize(
    "words",
    [
        ("loans",),
        ("item", "show", "stativ-1"),
        ("check-out", "--card", "CARD", "stativ-1"),
        ("return", "stativ-1"),
        ("--help",),
    ],
    ids=lambda words: words[0],
)
def test_a_command_imports_nothing_that_it_does_not_need(house: Desk, words: tuple[str, ...]) -> None:
    card = next(one["code"] for one in house.made["cards"] if one["person"] == "Ayşe Deneme")
    _, modules = modules_after(house.data, *(card if word == "CARD" else word for word in words))

    assert modules & HEAVY == set()


def test_printing_labels_ends_without_a_word_on_the_other_channel(house: Desk, tmp_path: Path) -> None:
    code, out, err = run(house.data, "labels", "--out", str(tmp_path / "l.pdf"), "stativ-1")

    assert (code, err) == (0, "")
    assert "l.pdf" in out


def test_two_commands_at_once_lend_one_thing_once(house: Desk) -> None:
    cards = [one["code"] for one in house.made["cards"] if one["person"] in {"Ayşe Deneme", "David Vorlage"}]
    racing = [start(house.data, "check-out", "--card", card, "stativ-1", "--json") for card in cards * 2]

    answers = [json.loads(one.communicate(timeout=60)[0]) for one in racing]
    codes = sorted(one.returncode for one in racing)

    assert codes == [0, 3, 3, 3]
    assert {one["refusal"] for one in answers if "refusal" in one} <= {"item_is_out", "too_many_of_model"}
    assert run(house.data, "journal", "verify")[0] == 0


def test_one_command_sent_twice_at_once_acts_once(house: Desk) -> None:
    card = next(one["code"] for one in house.made["cards"] if one["person"] == "Ayşe Deneme")
    order = ("check-out", "--card", card, "stativ-1", "--json", "--act", "a" * 32)
    racing = [start(house.data, *order) for _ in range(2)]

    answers = [json.loads(one.communicate(timeout=60)[0]) for one in racing]

    assert answers[0] == answers[1]
    assert len(json.loads(run(house.data, "loans", "--json")[1])["loans"]) == 1


def test_of_set_ups_at_once_one_makes_the_house_and_the_others_hear_that_it_is_there(tmp_path: Path) -> None:
    racing = [start(tmp_path / "data", "init", "--name", f"Haus {n}", "--json") for n in range(3)]

    said = [json.loads(one.communicate(timeout=60)[0]) for one in racing]

    assert sorted(one.returncode for one in racing) == [0, 3, 3]
    name = next(one["name"] for one in said if "name" in one)
    assert json.loads(run(tmp_path / "data", "house", "show", "--json")[1])["house"]["name"] == name
    assert run(tmp_path / "data", "doctor", "--rebuild")[0] == 0


def test_a_second_kiosk_is_refused_until_the_first_one_is_gone_even_killed(house: Desk) -> None:
    first = start(house.data, "run", "--plain", stdin=subprocess.PIPE)
    assert first.stdout is not None
    assert first.stdout.readline() == "Bitte scannen\n"

    second = run(house.data, "run", "--plain", "--json")
    beside = run(house.data, "loans")
    first.send_signal(signal.SIGKILL)
    first.communicate(timeout=60)
    third = run(house.data, "run", "--plain")

    assert (second[0], json.loads(second[1])["refusal"]) == (4, "house_in_use")
    assert beside[0] == 0
    assert third[0] == 0


def test_what_was_shown_as_lent_is_there_after_the_kiosk_was_killed(house: Desk) -> None:
    card = next(one["code"] for one in house.made["cards"] if one["person"] == "Ayşe Deneme")
    thing = json.loads(run(house.data, "item", "show", "stativ-1", "--json")[1])["code"]
    kiosk = start(house.data, "run", "--plain", stdin=subprocess.PIPE)
    assert kiosk.stdin is not None
    assert kiosk.stdout is not None
    kiosk.stdin.write(f"{card}\n{thing}\n")
    kiosk.stdin.flush()
    lines = [kiosk.stdout.readline() for _ in range(3)]
    kiosk.kill()
    kiosk.communicate(timeout=60)

    assert lines[2].startswith("Ausgeliehen: Kamerastativ 1")
    assert [one["item"]["key"] for one in json.loads(run(house.data, "loans", "--json")[1])["loans"]] == [
        "stativ-1"
    ]


def test_whoever_stops_reading_hears_no_complaint(house: Desk) -> None:
    process = start(house.data, "journal", "tail", "-n", "1000")
    assert process.stdout is not None
    process.stdout.close()
    process.stdout = None

    _, err = process.communicate(timeout=60)

    assert err == ""


@pytest.mark.parametrize("form", ["--json", "--plain"])
def test_an_answer_that_finds_no_room_is_said_on_the_other_channel(house: Desk, form: str) -> None:
    with Path("/dev/full").open("w") as full:
        process = start(house.data, "item", "list", form, stdout=full)
        _, err = process.communicate(timeout=60)

    assert process.returncode == 4
    assert "Traceback" not in err
    assert len(err.splitlines()) == 2


def test_the_shell_is_given_completions(house: Desk) -> None:
    done = subprocess.run(
        [sys.executable, "-P", "-m", "kiosk"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=60,
        check=False,
        env={
            "PATH": os.environ["PATH"],
            "_TEILHAUS_COMPLETE": "bash_complete",
            "COMP_WORDS": "teilhaus item sh",
            "COMP_CWORD": "2",
        },
    )

    assert done.stdout.split() == ["plain,show"]


def test_the_same_commands_keep_a_house_on_postgresql(tmp_path: Path, postgres: Cluster) -> None:
    url = postgres.new_database()

    def say(*words: str) -> tuple[int, dict[str, Any]]:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "kiosk", *words, "--json"],
            capture_output=True,
            text=True,
            cwd=ROOT,
            timeout=120,
            check=False,
            env={
                "PATH": os.environ["PATH"],
                "TEILHAUS_DATA": str(tmp_path / "data"),
                "TEILHAUS_DATABASE_URL": url,
                "TEILHAUS_DATABASE_PASSWORD": "not asked for",
            },
        )
        assert done.stderr == ""
        return done.returncode, json.loads(done.stdout)

    made = say("init", "--demo")[1]
    card = next(one["code"] for one in made["cards"] if one["person"] == "Ayşe Deneme")
    lent = say("check-out", "--card", card, "stativ-1")
    again = say("check-out", "--card", card, "stativ-1")
    back = say("return", "stativ-1")
    doctor = say("doctor", "--rebuild")

    assert [lent[0], again[0], back[0], doctor[0]] == [0, 3, 0, 0]
    assert again[1]["refusal"] == "item_is_out"
    assert not (tmp_path / "data" / "teilhaus.db").exists()
