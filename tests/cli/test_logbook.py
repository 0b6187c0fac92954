"""What the kiosk writes down: where the settings say, from their level on, and nobody's name."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.settings import Log
from kiosk.cli import logbook


@pytest.fixture(autouse=True)
def root() -> Iterator[logging.Logger]:
    found = logging.getLogger()
    before, level, loud = list(found.handlers), found.level, logging.raiseExceptions
    yield found
    for one in [one for one in found.handlers if one not in before]:
        found.removeHandler(one)
        assert isinstance(one, logging.StreamHandler)
        one.stream.close()
    found.setLevel(level)
    logging.raiseExceptions = loud


def test_a_fault_behind_the_screen_is_written_down_for_the_owner_and_names_nobody(tmp_path: Path) -> None:
    logbook.keep(Log(folder=tmp_path / "log", level="warning"))
    log = logging.getLogger("kiosk.work")

    log.info("too little")
    try:
        int("card 1143 0178 1451 2092")
    except ValueError:
        log.exception("a fault in %s\nDETAIL:  Failing row contains (Petra).", "Visit.scan")

    file = tmp_path / "log" / "teilhaus.log"
    told = file.read_text("utf-8")
    assert "ERROR kiosk.work: a fault in Visit.scan" in told
    assert "Traceback" in told
    assert "'card …'" in told.splitlines()[-1]
    assert "Petra" not in told
    assert "too little" not in told
    assert file.stat().st_mode & 0o777 == 0o600


def test_where_nothing_can_be_written_the_kiosk_starts_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("")

    assert logbook.keep(Log(folder=tmp_path / "log", level="info")) is None
