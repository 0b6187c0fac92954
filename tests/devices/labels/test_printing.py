"""Sheets: what is on the paper is what should be there, and a sheet that would not do is no file."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageDraw

from devices.labels import printing
from devices.labels.check import decoded
from devices.labels.drawing import Label, draw_label
from devices.labels.printing import Printed, print_picture, print_sheet
from devices.labels.sheets import DPI, SHEETS, Box, Calibration, Sheet, millimetres
from devices.paper.page import Paper
from sharing import codes
from sharing.codes import CodeKind
from sharing.errors import (
    BadValue,
    DiskFull,
    FileNotWritten,
    LabelTooSmall,
    LabelUnreadable,
    NotReadable,
    Refusal,
)
from tests.devices.labels.paper import contents, pages, texts

LINK = "https://haus.example/l/"
HERMA = SHEETS["herma-4606"]
NAMES = (
    ("Beamer 12", "Raum 1.04"),
    ("Größenverstellbarer Notenständer 7", "Übungsräume"),
    ("Проектор Epson 3", "Склад"),
    ("جهاز عرض ١٢", "المستودع"),
    ("x" * 200, "y" * 200),
    ("Ein Name mit sehr vielen Wörtern " * 6 + "17", "Ort " * 50),
    ("[@click=app.quit]\x1b[2J\u202eBeamer 😀", ""),
    ("Ä" * 10_000, "\n" * 10_000),
    ("", ""),
)


def labels(count: int) -> list[Label]:
    return [Label(codes.make(CodeKind.ITEM, 7_919 * n), *NAMES[n % len(NAMES)]) for n in range(count)]


@pytest.mark.parametrize("link", [None, LINK])
@pytest.mark.parametrize("sheet", SHEETS.values(), ids=SHEETS)
def test_every_label_of_a_full_sheet_can_be_read_from_the_file_even_at_half_the_dots(
    tmp_path: Path, sheet: Sheet, link: str | None
) -> None:
    wanted = labels(sheet.places)

    assert print_sheet(wanted, sheet, tmp_path / "a.pdf", link=link) == Printed(1, sheet.places)

    (page,) = pages(tmp_path / "a.pdf")
    says = [[f"{link or ''}{label.code}"] for label in wanted]
    assert contents(page, sheet) == says
    assert contents(page, sheet, coarser=2) == says
    assert page.size == (2481, 3508)


def test_what_is_on_a_label_can_be_selected_with_a_mouse_in_every_script(tmp_path: Path) -> None:
    print_sheet(labels(4), SHEETS["herma-4464"], tmp_path / "a.pdf")

    (text,) = texts(tmp_path / "a.pdf")
    said = " ".join(text.split())
    for one in ("Beamer 12", "Raum 1.04", "Проектор Epson 3", "جهاز عرض", codes.grouped(labels(1)[0].code)):
        assert one in said


def test_labels_run_over_pages_and_skip_what_is_used_up(tmp_path: Path) -> None:
    wanted = labels(70)

    assert print_sheet(wanted, HERMA, tmp_path / "a.pdf", skip=62) == Printed(3, 70)

    read = [one for page in pages(tmp_path / "a.pdf") for one in contents(page, HERMA)]
    assert read == [[]] * 62 + [[label.code] for label in wanted] + [[]] * (3 * 65 - 62 - 70)


@pytest.mark.parametrize("sheet", SHEETS.values(), ids=SHEETS)
def test_no_ink_leaves_its_label(tmp_path: Path, sheet: Sheet) -> None:
    print_sheet(labels(sheet.places), sheet, tmp_path / "a.pdf")

    (page,) = pages(tmp_path / "a.pdf")
    pen = ImageDraw.Draw(page)
    for place in range(sheet.places):
        box = sheet.box(place, Calibration())
        pen.rectangle((box.left - 1, box.top, box.right, box.bottom), fill=255)  # curves touch more
    assert ImageChops.invert(page).getbbox() is None


def test_offset_and_scale_move_and_stretch_the_whole_page(tmp_path: Path) -> None:
    print_sheet(labels(65), HERMA, tmp_path / "a.pdf")
    print_sheet(labels(65), HERMA, tmp_path / "b.pdf", offset_mm=(2.54, -1.27))
    print_sheet(labels(65), HERMA, tmp_path / "c.pdf", scale=1.02)

    straight, moved, stretched = (inked(pages(tmp_path / name)[0]) for name in ("a.pdf", "b.pdf", "c.pdf"))
    assert moved.left - straight.left == pytest.approx(30, abs=1)
    assert moved.top - straight.top == pytest.approx(-15, abs=1)
    assert stretched.left - straight.left == pytest.approx(straight.left * 0.02, abs=2)
    assert stretched.bottom - straight.bottom == pytest.approx(straight.bottom * 0.02, abs=5)


def inked(page: Image.Image) -> Box:
    found = ImageChops.invert(page).getbbox()
    assert found is not None
    return Box(*found)


def test_a_card_never_bears_the_houses_address(tmp_path: Path) -> None:
    cards = [
        Label(codes.make(kind, 5), "A. K.", "Leihkarte")
        for kind in (CodeKind.PERSON_CARD, CodeKind.ROLE_CARD)
    ]
    sheet = SHEETS["cards-32010"]

    print_sheet(cards, sheet, tmp_path / "a.pdf", link=LINK)

    assert contents(pages(tmp_path / "a.pdf")[0], sheet)[:2] == [[card.code] for card in cards]


@pytest.mark.parametrize(
    "link", ["https://haus.example/l", "https://haus.example/7", LINK, "https://h.example/?c="]
)
def test_an_address_never_runs_into_the_digits(tmp_path: Path, link: str) -> None:
    (label,) = labels(1)

    print_picture(label, tmp_path / "a.png", link=link)

    with Image.open(tmp_path / "a.png") as picture:
        (content,) = decoded(picture)
    assert codes.read(content) == label.code
    assert content.startswith(link)


def test_a_single_label_is_a_small_picture_with_its_resolution(tmp_path: Path) -> None:
    (label,) = labels(1)

    assert print_picture(label, tmp_path / "a.png") == Printed(1, 1)

    with Image.open(tmp_path / "a.png") as picture:
        assert decoded(picture) == [label.code]
        assert picture.info["dpi"] == pytest.approx((DPI, DPI), abs=0.1)
    assert (tmp_path / "a.png").stat().st_size < 10_000


def smeared(page: Paper, box: Box, label: Label) -> str:
    content = draw_label(page, box, label)
    page.fill(*map(millimetres, (box.left, box.top + 40, 120, 70)))
    return content


def blank(page: Paper, box: Box, label: Label) -> str:
    return label.code


def another(page: Paper, box: Box, label: Label) -> str:
    draw_label(page, box, Label(codes.make(CodeKind.ITEM, 1)))
    return label.code


@pytest.mark.parametrize("spoil", [smeared, blank, another])
def test_a_broken_label_is_found_and_the_old_file_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spoil: Callable[[Paper, Box, Label], str]
) -> None:
    wanted = labels(70)

    def draw(page: Paper, box: Box, label: Label, link: str | None = None) -> str:
        return spoil(page, box, label) if label is wanted[67] else draw_label(page, box, label, link)

    monkeypatch.setattr(printing, "draw_label", draw)
    out = tmp_path / "a.pdf"
    out.write_text("old")

    with pytest.raises(LabelUnreadable) as refusal:
        print_sheet(wanted, HERMA, out)

    assert refusal.value.details == {"page": 2, "place": 3}
    assert out.read_text() == "old"
    assert list(tmp_path.iterdir()) == [out]


def test_an_address_too_long_for_the_label_is_refused(tmp_path: Path) -> None:
    for length in (120, 5_000):
        with pytest.raises(LabelTooSmall):
            print_sheet(
                labels(1), HERMA, tmp_path / "a.pdf", link="https://haus.example/" + "x" * length + "/"
            )

    assert list(tmp_path.iterdir()) == []


def test_digits_that_are_no_code_are_never_printed(tmp_path: Path) -> None:
    with pytest.raises(NotReadable):
        print_sheet([Label("2041883012345678")], HERMA, tmp_path / "a.pdf")

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("count", "skip", "offset_mm", "scale"),
    [
        (0, 0, (0.0, 0.0), 1.0),
        (1, 65, (0.0, 0.0), 1.0),
        (1, -1, (0.0, 0.0), 1.0),
        (1, 0, (25.0, 0.0), 1.0),
        (1, 0, (0.0, float("nan")), 1.0),
        (1, 0, (0.0, 0.0), 0.5),
    ],
)
def test_numbers_that_make_no_sheet_are_refused(
    tmp_path: Path, count: int, skip: int, offset_mm: tuple[float, float], scale: float
) -> None:
    with pytest.raises(BadValue):
        print_sheet(labels(count), HERMA, tmp_path / "a.pdf", skip=skip, offset_mm=offset_mm, scale=scale)

    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_a_refusal(tmp_path: Path) -> None:
    (tmp_path / "folder.pdf").mkdir()

    for out in (tmp_path / "missing" / "a.pdf", tmp_path / "folder.pdf"):
        with pytest.raises(FileNotWritten):
            print_sheet(labels(1), HERMA, out)

    assert [path.name for path in tmp_path.iterdir()] == ["folder.pdf"]


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr("os.fsync", full)

    with pytest.raises(DiskFull):
        print_picture(labels(1)[0], tmp_path / "a.png")

    assert list(tmp_path.iterdir()) == []


def test_refusals_tell_no_code() -> None:
    with pytest.raises(Refusal) as refusal:
        print_sheet(labels(1), HERMA, Path("a.pdf"), link="x" * 500)

    assert labels(1)[0].code not in str(refusal.value)


def test_what_is_no_file_is_not_replaced_by_one(tmp_path: Path) -> None:
    """Whoever prints to /dev/null as root would otherwise have none afterwards."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)

    with pytest.raises(FileNotWritten):
        print_sheet(labels(1), HERMA, pipe)

    assert pipe.is_fifo()
    assert list(tmp_path.iterdir()) == [pipe]
