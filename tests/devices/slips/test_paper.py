"""Slips as PDF: nothing is lost, nothing stands over something else, and every script prints."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from icalendar import Calendar
from PIL import ImageChops

from devices.paper.page import Paper
from devices.slips.bookings import booking_slip
from devices.slips.drawing import drawn
from devices.slips.flow import STYLES, Style
from devices.slips.forms import emergency_sheet, wish_slip
from devices.slips.loans import loan_slip, return_slip
from devices.slips.slip import Column, Facts, Languages, Paragraph, Slip, Table
from sharing import codes
from sharing.calendar_time import local
from sharing.rooms.calendars.text import due_for_phone, event_for_phone
from sharing.rooms.rules import State
from tests.devices.slips.examples import BOTH, GERMAN, HOUR, NOW, TERMS, booked, group, item, lent, line
from tests.devices.slips.reading import lines, pictures, scanned, texts

GOLDEN = Path(__file__).parent / "golden"
A4 = STYLES["a4"]
LONG = "Größenverstellbarer Notenständer mit Tasche und Licht " * 4
NAMES = ("عمر المصري", "Оксана Шевченко", "Ayşe Örnek", "Νίκη Παπαδοπούλου", "x" * 200, LONG[:200])


def loan(*, say: Languages = BOTH, style: Style = A4, count: int = 2, name: str = "Amira Mithal") -> bytes:
    slip = loan_slip(say, TERMS, lent([item(n) for n in range(1, count + 1)], name), NOW)
    return drawn(slip, style).content


@pytest.mark.parametrize(
    ("name", "slip"),
    [
        (
            "loan",
            loan_slip(BOTH, TERMS, lent([item(1), item(2, LONG)], org=group()), NOW, purpose="Sommerfest"),
        ),
        ("return", return_slip(BOTH, TERMS, [line(item(1), back_at=NOW - HOUR, condition="dirty")], NOW)),
        ("booking", booking_slip(BOTH, TERMS, booked(count=3), NOW)),
        ("wish", wish_slip(BOTH, TERMS)),
        ("emergency", emergency_sheet(BOTH, TERMS, 12)),
    ],
)
@pytest.mark.parametrize("style", ["a4", "a5"])
def test_a_slip_says_what_it_said_before(name: str, slip: Slip, style: str) -> None:
    """Golden texts: after a change that is meant, delete the file, run again and read what is new."""
    said = "\n".join(texts(drawn(slip, STYLES[style]).content)).replace(". ", ".\n") + "\n"
    golden = GOLDEN / f"{name}-{style}.txt"
    expected = golden.read_text(encoding="utf-8") if golden.exists() else ""
    if not expected:
        golden.write_text(said, encoding="utf-8")

    assert said == expected


def test_sixty_things_go_over_several_pages_and_each_is_there_once() -> None:
    found = texts(loan(count=60))

    whole = " ".join(found)
    assert len(found) > 2
    for n in range(1, 61):
        assert whole.count(codes.grouped(item(n).code or "")) == 1
    for n, page in enumerate(found, 1):
        assert f"Seite {n} von {len(found)}" in page
        assert page.count("Zurück bis") == (
            "2000 0000" in page
        )  # the head of the table is on each page of it
    assert "Number of things 60" in whole


@pytest.mark.parametrize("style", [STYLES["a5"], STYLES["roll"]], ids=["a5", "roll"])
@pytest.mark.parametrize("name", NAMES, ids=("arabic", "cyrillic", "turkish", "greek", "one-word", "long"))
def test_names_of_every_script_and_length_are_printed_whole(style: Style, name: str) -> None:
    whole = "".join("".join(texts(loan(style=style, name=name))).split())

    assert "".join(name.split()) in whole


def test_arabic_letters_are_joined_and_run_to_the_left() -> None:
    with Paper() as paper:
        paper.turn()
        assert paper.width("ببب", 10) < 3 * paper.width("ب", 10) * 0.9

    ((rect, *_), *_) = lines(drawn(Slip("t", "de", (Paragraph(("عمر",)),)), A4).content)
    assert rect[2] == pytest.approx((210 - A4.margin) / 25.4 * 72, abs=3)


@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES)
def test_no_ink_stands_in_the_margins(style: Style) -> None:
    slip = loan_slip(BOTH, TERMS, lent([item(n, LONG[:200]) for n in range(1, 20)], "x" * 200), NOW)

    for page in pictures(drawn(slip, style).content, 100):
        box = ImageChops.invert(page.point(lambda level: 255 if level > 127 else 0)).getbbox()
        assert box is not None
        edge = (style.margin - 0.5) / 25.4 * 100
        assert box[0] >= edge
        assert box[2] <= page.width - edge
        assert box[3] <= page.height - edge


words = some.text(some.sampled_from("abcdßÄghJM وبذЖї1 "), min_size=1, max_size=120).filter(str.strip)
rows = some.lists(some.tuples(words, words, words), min_size=1, max_size=12)


@given(
    facts=some.lists(some.tuples(words, words), max_size=6),
    table=rows,
    style=some.sampled_from(["a4", "a5", "roll"]),
)
@settings(max_examples=12)
def test_no_line_stands_over_another_and_no_letter_is_lost(
    facts: list[tuple[str, str]], table: list[tuple[str, str, str]], style: str
) -> None:
    columns = (Column(("A", "a"), 3), Column(("B",), 2, right=True), Column(("C",), 2))
    parts = (Facts(tuple(((one,), two) for one, two in facts)), Table(columns, tuple(table)))

    pdf = drawn(Slip("t", "de", parts), STYLES[style]).content

    for page in lines(pdf):
        for n, one in enumerate(page):
            for other in page[n + 1 :]:
                across = min(one[2], other[2]) - max(one[0], other[0])
                down = min(one[3], other[3]) - max(one[1], other[1])
                assert across < 1.5 or down < 1.5
    letters = sorted("".join("".join(texts(pdf)).split()))
    cells = [one for row in table for one in row if style != "roll" or one.strip() != "–"]
    for char in set("".join(cells)) - {" "}:
        assert letters.count(char) >= "".join((*cells, *(text for pair in facts for text in pair))).count(
            char
        )


def test_a_phone_takes_the_date_from_the_paper() -> None:
    one = booked()
    code = event_for_phone(one.booking.occurrences[0], "Saal A").decode()

    (said,) = scanned(drawn(booking_slip(BOTH, TERMS, one, NOW, code=code), STYLES["a5"]).content)

    assert said == code
    event = Calendar.from_ical(f"BEGIN:VCALENDAR\r\n{said}\r\nEND:VCALENDAR").events[0]
    assert event["SUMMARY"] == "Saal A"
    assert event.end == local(one.booking.occurrences[0].span.ends, "UTC").replace(tzinfo=UTC, microsecond=0)


def test_a_loan_slip_has_the_day_of_return_for_a_phone() -> None:
    code = due_for_phone(NOW, "Zurückbringen").decode()

    slip = loan_slip(BOTH, TERMS, lent([item(1)]), NOW, due_code=code)

    assert scanned(drawn(slip, A4).content) == [code]
    assert "DTEND:20260528T202640Z" in code


def test_a_group_is_as_good_as_its_responsible_person_and_the_slip_says_so() -> None:
    known = lent([item(1)], "Jonas Probe", org=group(), responsible=lent([item(1)], "Leyla Örnek").who)
    nobody = lent([item(1)], "Jonas Probe", org=group())

    (said,) = texts(drawn(loan_slip(GERMAN, TERMS, known, NOW), A4).content)
    (empty,) = texts(drawn(loan_slip(GERMAN, TERMS, nobody, NOW), A4).content)

    assert "Haftet für die Dinge Leyla Örnek" in said
    assert "kein Verein" in said
    assert "Haftet für die Dinge Wofür?" in empty


def test_what_is_not_certain_is_said_to_be_so() -> None:
    slip = booking_slip(BOTH, TERMS, booked(state=State.PROVISIONAL), NOW)

    (said,) = texts(drawn(slip, A4).content)

    assert "Noch nicht sicher: Das Team muss noch zusagen." in said
    assert "Not certain yet" in said


@pytest.mark.parametrize("style", ["a4", "a5"])
@pytest.mark.parametrize("count", [*range(1, 13)])
def test_what_is_signed_stands_on_the_same_sheet_as_its_signatures(style: str, count: int) -> None:
    """Three things in two languages: the lines to sign stood alone on a second sheet."""
    said = texts(loan(count=count, style=STYLES[style]))

    (signed,) = [page for page in said if "Datum, Unterschrift: ich leihe aus" in page]
    assert "Was gilt · What applies" in signed
    assert "Es gelten die Regeln" in signed
    assert style == "a5" or count > 3 or len(said) == 1


def test_the_second_language_stands_below_the_first_and_never_twice() -> None:
    (said,) = texts(loan(say=BOTH))
    (german,) = texts(loan(say=GERMAN))

    assert "Leihschein Loan slip" in said
    assert "Loan slip" not in german
    assert "Name Name" not in said


def test_the_same_slip_is_the_same_file() -> None:
    assert loan() == loan()


def test_what_looks_like_a_mark_of_the_pdf_writer_is_printed_as_it_is() -> None:
    (said,) = texts(loan(name="{nb} Mithal"))

    assert "{nb} Mithal" in said


@pytest.mark.parametrize("style", [*STYLES])
@pytest.mark.parametrize("words", [3000, 1], ids=["words", "one word"])
def test_a_text_of_any_length_is_there_to_its_end(style: str, words: int) -> None:
    said = [f"Wort{n}" for n in range(words)] if words > 1 else ["x" * 20_000]
    text = " ".join([*said, "ENDE"])
    table = Table((Column(("Ding",), 1), Column(("Notiz",), 3)), (("Beamer", text),))
    slip = Slip("T", "de", (Facts(((("Zweck",), text),)), table, Paragraph((text,))))

    found = " ".join(texts(drawn(slip, STYLES[style]).content)).replace("\n", " ").split()
    assert found.count("ENDE") == 3
    assert "…" not in "".join(found)
    assert sum(one.count("x") for one in found) == (60_000 if words == 1 else 0)
    assert all(found.count(one) == 3 for one in said[::97]) or words == 1


@pytest.mark.parametrize("style", ["a4", "a5"])
def test_a_thing_with_more_parts_than_a_page_has_lines_goes_on_on_the_next_page(style: str) -> None:
    parts = [f"Teil{n}." for n in range(150)]
    table = Table((Column(("Ding",), 1), Column(("Wert",), 3)), (("\n".join(parts), "12 €"), ("Ende", "–")))

    found = texts(drawn(Slip("t", "de", (table,)), STYLES[style]).content)

    assert [one for page in found for one in page.split() if one.startswith("Teil")] == parts
    assert sum(page.count("12 €") for page in found) == 1
    assert all("Ding Wert" in page for page in found)
