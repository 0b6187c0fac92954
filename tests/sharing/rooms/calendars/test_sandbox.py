"""The process a foreign calendar is read in: killed when it takes long, and whatever happens has a type."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sharing.errors import CalendarRefused
from sharing.rooms.calendars import child
from sharing.rooms.calendars.foreign import MOST_BYTES, MOST_DATES, Parsed, Window, Wrong
from sharing.rooms.calendars.sandbox import read_calendar
from tests.sharing.rooms.calendars.files import BAD, GOOD, HOSTILE, WINDOW, calendar, event


def refused(data: bytes, **said: object) -> str:
    with pytest.raises(CalendarRefused) as error:
        read_calendar(data, WINDOW, **said)  # type: ignore[arg-type]  # each test names what it is about
    return str(error.value.details["reason"])


def children() -> set[str]:
    """The processes that this one has started and that still run."""
    return set(Path(f"/proc/self/task/{os.getpid()}/children").read_text().split())


def test_a_calendar_is_read_there_as_it_is_here() -> None:
    found = read_calendar(calendar(*[text for text, _ in list(BAD.values())[:5]], GOOD), WINDOW)

    assert [one.title for one in found.dates] == ["Gut"]
    assert len(found.refused) == 5


def test_a_reader_that_never_answers_is_killed() -> None:
    before = children()

    assert refused(calendar(GOOD), seconds=0.3, module="tests.sharing.rooms.calendars.sleeper") == "too_slow"
    assert children() == before


def test_a_file_that_is_too_large_never_gets_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocess, "Popen", None)

    assert refused(calendar(GOOD) + b" " * MOST_BYTES) == "too_large"


@pytest.mark.parametrize(
    ("spends", "reason"),
    [
        ("'x' * 10**9", "broken"),
        ("[0] * 10**8", "broken"),
        ("open('/tmp/written-by-a-calendar', 'w').write('x')", "broken"),
        ("any(iter(int, 1))", "too_slow"),
        ("print('not an answer')", "broken"),
    ],
)
def test_the_system_keeps_the_limits(spends: str, reason: str, tmp_path: Path) -> None:
    """The child's own limits, with something else in the place of the reader."""
    (tmp_path / "spender.py").write_text(
        "import sys\nfrom sharing.rooms.calendars import child\n"
        f"child.MOST_SECONDS = 1\nchild.limit()\nsys.stdin.buffer.read()\n{spends}\n"
    )
    (tmp_path / "python").write_text(
        f"#!/bin/sh\nPYTHONPATH={tmp_path} exec {sys.executable} -m spender\n", encoding="utf-8"
    )
    (tmp_path / "python").chmod(0o755)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "executable", str(tmp_path / "python"))
        assert refused(calendar(GOOD), seconds=20.0) == reason


def test_a_reader_without_memory_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_data: bytes, _window: Window) -> Parsed:
        raise MemoryError

    monkeypatch.setattr(child, "parse", full)

    assert child.answer(child.Job(b"", WINDOW)).wrong is Wrong.TOO_MUCH_MEMORY


def test_a_path_is_no_calendar(tmp_path: Path) -> None:
    secret = tmp_path / "calendar.ics"
    secret.write_bytes(calendar(GOOD))

    assert refused(str(secret).encode()) == "not_calendar"


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_read_or_refused_by_a_reason_and_never_more(name: str) -> None:
    before, reason, dates = children(), "", 0
    try:
        dates = len(read_calendar(HOSTILE[name], WINDOW).dates)
    except CalendarRefused as refusal:
        reason = str(refusal.details["reason"])
    assert reason in {"", *Wrong}
    assert dates <= MOST_DATES
    assert children() == before


@pytest.mark.parametrize("name", ["every second", "a thousand million times", "every day for ever"])
def test_what_never_ends_is_refused_at_once(name: str) -> None:
    found = read_calendar(calendar(BAD[name][0], GOOD), WINDOW)

    assert [one.flaw for one in found.refused] == [BAD[name][1]]
    assert len(found.dates) == 1


def test_the_largest_calendar_that_is_allowed_is_read_within_the_time() -> None:
    def one(n: int) -> str:
        day = f"2026{6 + n % 6:02}{1 + n % 28:02}"
        return event(uid=f"{n}", begins=f"{day}T180000", ends=f"{day}T200000")

    found = read_calendar(calendar(*map(one, range(4990))), WINDOW, seconds=20.0)

    assert len(found.dates) == 4990
