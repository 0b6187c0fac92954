"""Files as programs write them, and as nobody should."""

from __future__ import annotations

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharing.errors import BadFile, BadValue, MissingColumn, TwiceInFile, UnknownColumn
from sharing.exchange.columns import Cell, Column, What, read_cell, write_cell
from sharing.exchange.reading import MOST_BYTES, MOST_LINE, Row, read_sheet
from sharing.texts import guarded, unguarded

LIST = "key;name_de;value\nbohrer;Bohrmaschine für Löcher;12,50\n"


def _names(data: bytes) -> list[object]:
    return [row.values["names"] for row in read_sheet(What.MODELS, data).rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_what_spreadsheets_write_is_read_alike(encoding: str, delimiter: str, end: str) -> None:
    cell = '"12,50"' if delimiter == "," else "12,50"
    text = LIST.replace("12,50", cell).replace(";", delimiter).replace("\n", end)
    (row,) = read_sheet(What.MODELS, text.encode(encoding)).rows
    assert row.values == {"key": "bohrer", "names": {"de": "Bohrmaschine für Löcher"}, "value_cents": 1250}
    assert row.n == 2


def test_headers_may_have_capitals_and_blanks_and_empty_lines_are_left_out() -> None:
    assert _names(b"\n Key ; NAME_de\n\na;Beil\n;\nb;Axt\n\n") == [{"de": "Beil"}, {"de": "Axt"}]


def test_a_cell_may_hold_several_lines_and_line_numbers_stay_those_of_the_file() -> None:
    sheet = read_sheet(What.ITEMS, b'key;note\na;"one\r\ntwo"\nb;x\n')
    assert [(row.n, row.values["note"]) for row in sheet.rows] == [(2, "one\ntwo"), (4, "x")]


@pytest.mark.parametrize(
    ("data", "reason", "line"),
    [
        (b"", "empty", 1),
        (b"\n\n", "empty", 1),
        (b"key;name_de\na;x\x00y\n", "nul", 2),
        ("key;name_de\na;b\n".encode("utf-16"), "encoding", 1),
        (b"key;name_de\na;\x81\x8d\n", "encoding", 2),
        ("key;name_de\na;äöü\n".encode() + b"b;\xff\n", "encoding", 3),
        (b'key;name_de\na;"never closed\n', "quotes", 2),
        (b'key;name_de\na;"x"y\n', "quotes", 2),
        (b"key;name_de\na;b\n" + b"x" * (MOST_LINE + 2), "line_too_long", 3),
        (b'key;name_de\na;"' + b"line\n" * 20_000, "line_too_long", 2),
        (b"key\n" + b"a\n" * 60_000, "too_many_lines", 60_002),
        (b"x" * (MOST_BYTES + 1), "too_large", 1),
    ],
)
def test_what_is_no_list_is_refused_with_reason_and_line(data: bytes, reason: str, line: int) -> None:
    with pytest.raises(BadFile) as refused:
        read_sheet(What.MODELS, data)
    assert refused.value.details["reason"] == reason
    if reason != "line_too_long":
        assert refused.value.details["line"] == line


@pytest.mark.parametrize("filling", [b"x", b"\xc3\xa4", b'"', b";", b"\r", b"\x00"])
def test_ten_megabytes_of_one_line_are_refused_without_copying_them(filling: bytes) -> None:
    data = filling * (10_000_000 // len(filling))
    tracemalloc.start()
    with pytest.raises(BadFile):
        read_sheet(What.MODELS, data)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 1_000_000


def test_wrong_columns_are_named_all_at_once_with_the_nearest_there_is() -> None:
    sheet = read_sheet(What.MODELS, b"kye;name_de;catgory;name_de;name_Deutsch;xyzzy\n")
    assert sheet.wrong is not None
    found = {(type(one.refusal), one.refusal.details.get("meant")) for one in sheet.wrong.problems}
    assert found == {
        (UnknownColumn, "key"), (UnknownColumn, "category"), (UnknownColumn, "name_de"), (UnknownColumn, ""),
        (TwiceInFile, None), (MissingColumn, None),
    }  # fmt: skip


def test_a_line_with_more_or_fewer_cells_is_refused_and_not_guessed() -> None:
    rows = read_sheet(What.MODELS, b"key;name_de\na\nb;c;d\n").rows
    assert [(row.n, type(row.problems[0].refusal)) for row in rows] == [(2, BadValue), (3, BadValue)]


@pytest.mark.parametrize(
    ("cell", "cents"),
    [
        ("249", 24900), ("249,9", 24990), ("249.90", 24990), ("1.249,90", 124990), ("1,249.90", 124990),
        ("12 €", 1200), ("0", 0), ("", None),
    ],
)  # fmt: skip
def test_money_is_read_as_people_write_it(cell: str, cents: int | None) -> None:
    assert read_cell(Column("value", Cell.MONEY), cell) == cents


@pytest.mark.parametrize("cell", ["1.249", "1,249", "-5", "12,345", "1e5", "zwölf", "1.249.90", "٣"])
def test_money_that_could_mean_two_things_is_refused(cell: str) -> None:
    with pytest.raises(BadValue):
        read_cell(Column("value", Cell.MONEY), cell)


def test_days_and_answers_are_read_in_both_ways() -> None:
    day, flag = Column("d", Cell.DAY), Column("f", Cell.FLAG)
    assert read_cell(day, "31.12.2026") == read_cell(day, "2026-12-31") == "2026-12-31"
    assert read_cell(flag, "Ja") is True
    assert read_cell(flag, "nein") is False
    assert read_cell(Column("lendable", Cell.FLAG, empty=True), " ") is True
    for column, cell in ((day, "30.02.2026"), (day, "soon"), (flag, "maybe")):
        with pytest.raises(BadValue):
            read_cell(column, cell)


@given(st.text(max_size=30) | st.text("'=+-@\t a", max_size=5))
def test_no_cell_is_written_that_a_spreadsheet_would_run_and_all_are_read_back(text: str) -> None:
    assert guarded(text)[:1] not in tuple("=+-@\t\r") or not text
    assert unguarded(guarded(text)) == text


@given(st.lists(st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=8), max_size=5))
def test_a_list_of_texts_is_read_back_as_it_was(texts: list[str]) -> None:
    column = Column("checklist", Cell.CHECKS)
    assert read_cell(column, write_cell(column, tuple(texts))) == tuple(texts)


@given(st.integers(0, 10**8))
def test_money_is_read_back_as_it_was(cents: int) -> None:
    column = Column("value", Cell.MONEY)
    assert read_cell(column, write_cell(column, cents)) == cents


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        rows = read_sheet(What.PERSONS, b"key;name\n" + data).rows
    except BadFile:
        return
    assert all(isinstance(row, Row) for row in rows)
