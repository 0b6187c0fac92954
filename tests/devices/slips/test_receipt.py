"""Slips on a roll: what the printer gets, and what happens when it goes away."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest
from escpos.printer import Dummy, File
from PIL import ImageChops

from devices.labels.check import decoded
from devices.slips.loans import loan_slip
from devices.slips.receipt import commands, send
from devices.slips.slip import Slip
from sharing.errors import PrinterGone
from sharing.rooms.calendars.text import due_for_phone
from tests.devices.slips.examples import BOTH, NOW, TERMS, item, lent
from tests.devices.slips.reading import rolled

CODE = due_for_phone(NOW, "Zurückbringen").decode()


def slip(count: int = 3, name: str = "عمر المصري") -> Slip:
    return loan_slip(BOTH, TERMS, lent([item(n) for n in range(1, count + 1)], name), NOW, due_code=CODE)


def test_the_roll_bears_the_whole_slip_and_is_cut_behind_it() -> None:
    data = commands(slip())

    paper = rolled(data)
    assert paper.width == 576
    assert decoded(paper) == [CODE]
    assert data.startswith(Dummy().output + b"\x1b@")
    assert data.endswith(b"\x1dV\x00")
    ink = ImageChops.invert(paper).getbbox()
    assert ink is not None
    assert ink[2] <= 576


def test_a_longer_slip_needs_more_paper_and_has_no_gaps_where_pages_would_be() -> None:
    paper = rolled(commands(slip(60)))

    assert paper.height > 3 * rolled(commands(slip(3))).height
    white, run = 0, 0
    for top in range(paper.height):
        empty = ImageChops.invert(paper.crop((0, top, 576, top + 1))).getbbox() is None
        run = run + 1 if empty else 0
        white = max(white, run)
    assert white < 140  # what a hand needs to sign is the largest gap


def test_a_file_device_gets_the_same_as_the_dummy(tmp_path: Path) -> None:
    data, device = commands(slip()), tmp_path / "lp0"
    device.touch()
    send(data, device)

    other = tmp_path / "lp1"
    printer = File(str(other), profile="TM-T20II")
    printer._raw(data)
    printer.close()
    assert device.read_bytes() == other.read_bytes() == data


def test_a_printer_that_is_not_there_is_a_refusal_and_no_file_is_made(tmp_path: Path) -> None:
    with pytest.raises(PrinterGone) as refusal:
        send(b"x", tmp_path / "lp0")

    assert refusal.value.next_step == "print_again"
    assert list(tmp_path.iterdir()) == []


def test_a_printer_that_goes_away_in_the_middle_loses_nothing(tmp_path: Path) -> None:
    data, device = commands(slip(60)), tmp_path / "lp0"
    os.mkfifo(device)
    reader = os.open(device, os.O_RDONLY | os.O_NONBLOCK)
    taken: list[bytes] = []

    def unplugged() -> None:
        while sum(map(len, taken)) < 10_000:
            try:
                taken.append(os.read(reader, 5_000))
            except BlockingIOError:
                continue
        os.close(reader)

    printer = threading.Thread(target=unplugged)
    printer.start()
    with pytest.raises(PrinterGone):
        send(data, device)
    printer.join()

    device.unlink()
    device.touch()
    send(data, device)
    assert device.read_bytes() == data


def test_a_printer_without_paper_is_waited_for_only_so_long(tmp_path: Path) -> None:
    device = tmp_path / "lp0"
    os.mkfifo(device)
    reader = os.open(device, os.O_RDONLY | os.O_NONBLOCK)

    with pytest.raises(PrinterGone) as refusal:
        send(b"x" * 1_000_000, device, patience_s=0.05)

    os.close(reader)
    assert "timed out" in str(refusal.value.details["reason"])


def test_a_full_disk_behind_a_device_is_a_refusal() -> None:
    with pytest.raises(PrinterGone):
        send(b"x" * 10_000, Path("/dev/full"))
