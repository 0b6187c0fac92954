"""From the bytes of a file to lines of cells, whatever program wrote them, with little memory."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Final

import msgspec

from sharing.errors import BadFile, BadValue, MissingColumn, TwiceInFile, UnknownColumn
from sharing.exchange.columns import REQUIRED, Column, What, column_named, meant, read_cell
from sharing.exchange.report import Line, Problem, Status
from sharing.texts import shown

MOST_BYTES: Final = 16 * 1024 * 1024
MOST_LINE: Final = 64 * 1024
MOST_LINES: Final = 50_000
MOST_COLUMNS: Final = 100
DELIMITERS: Final = ";,\t"
_BOM: Final = b"\xef\xbb\xbf"
_WIDE_BOMS: Final = (b"\xff\xfe", b"\xfe\xff")


class Row(msgspec.Struct, frozen=True):
    """One line of the file: its number, and what stands in each column."""

    n: int
    values: dict[str, object]
    """By the field's name; a text in several languages is a dict language -> text."""
    problems: tuple[Problem, ...]
    columns: dict[str, str]
    """Field to the header under which it stands, for the report."""


class Sheet(msgspec.Struct, frozen=True):
    """A file that was read; `wrong` says what is wrong with its columns.

    A column that nobody knows hides nothing of what is wrong with the lines.
    """

    rows: tuple[Row, ...]
    wrong: Line | None = None


def read_sheet(what: What, data: bytes) -> Sheet:
    """Read a list in UTF-8 (with or without mark) or Windows-1252, with semicolons, commas or tabs.

    Raises:
        BadFile: it is no such file; `reason` says why and `line` where.
    """
    _check_lines(data)
    text = _decoded(data)
    delimiter = _delimiter(what, text)
    records = _records(text, delimiter)
    header = next(records, None)
    if header is None:
        raise BadFile(reason="empty", line=1)
    columns, problems = _columns(what, [cell.strip().casefold() for cell in header[1]])
    wrong = Line(header[0], Status.REFUSED, "", problems=problems) if problems else None
    if any(not isinstance(one.refusal, UnknownColumn) for one in problems):
        return Sheet((), wrong)
    return Sheet(tuple(_row(n, columns, cells) for n, cells in records), wrong)


def _check_lines(data: bytes) -> None:
    """Refuse at once what no list can be: reading on would only cost memory."""
    if len(data) > MOST_BYTES:
        raise BadFile(reason="too_large", limit=MOST_BYTES, line=1)
    if data.startswith(_WIDE_BOMS):
        raise BadFile(reason="encoding", line=1)
    at, n = 0, 1
    while at < len(data):
        end = data.find(b"\n", at, at + MOST_LINE + 1)
        if end < 0:
            if len(data) - at > MOST_LINE:
                raise BadFile(reason="line_too_long", limit=MOST_LINE, line=n)
            break
        at, n = end + 1, n + 1
    if n > MOST_LINES:
        raise BadFile(reason="too_many_lines", limit=MOST_LINES, line=n)
    nul = data.find(b"\0")
    if nul >= 0:
        raise BadFile(reason="nul", line=data.count(b"\n", 0, nul) + 1)


def _decoded(data: bytes) -> str:
    """Read UTF-8, else Windows-1252; UTF-8 with a broken spot is refused, for it would come out garbled."""
    try:
        return data.removeprefix(_BOM).decode()
    except UnicodeDecodeError as error:
        tried = data.decode(errors="replace")
        broken = tried.count("\ufffd")
        if data.startswith(_BOM) or sum(not one.isascii() for one in tried) > 2 * broken:
            raise BadFile(reason="encoding", line=data.count(b"\n", 0, error.start) + 1) from error
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError as error:
        raise BadFile(reason="encoding", line=data.count(b"\n", 0, error.start) + 1) from error


def _delimiter(what: What, text: str) -> str:
    """Choose the delimiter under which most columns have names that are known."""
    first = text.lstrip("\r\n").partition("\n")[0]

    def known(delimiter: str) -> tuple[int, int]:
        cells = [one.strip(" \r\t\"'").casefold() for one in first.split(delimiter)]
        return sum(column_named(what, cell) is not None for cell in cells), len(cells)

    return max(DELIMITERS, key=known)


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Give each record with the number of its first line; empty ones are left out."""
    room = [MOST_LINE]

    def measured() -> Iterator[str]:
        for line in io.StringIO(text, newline=""):
            room[0] -= len(line)
            if room[0] < 0:
                raise BadFile(reason="line_too_long", limit=MOST_LINE, line=reader.line_num + 1)
            yield line

    reader = csv.reader(measured(), delimiter=delimiter, strict=True)
    begins = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield begins, cells
            begins, room[0] = reader.line_num + 1, MOST_LINE
    except csv.Error as error:
        raise BadFile(reason="quotes", line=begins) from error


def _columns(what: What, headers: list[str]) -> tuple[list[tuple[Column, str] | None], tuple[Problem, ...]]:
    """Give the column and language of each header, and everything that is wrong with them at once."""
    found: list[tuple[Column, str] | None] = []
    problems: list[Problem] = []
    for header in headers[:MOST_COLUMNS]:
        column = column_named(what, header)
        name = shown(header, limit=40)
        if column is None:
            problems.append(Problem(name, UnknownColumn(column=name, meant=meant(what, header))))
            found.append(None)
        elif column in found:
            problems.append(Problem(name, TwiceInFile(field="column", value=name, line=1)))
        else:
            found.append(column)
    if not any(one is not None and one[0].name in REQUIRED[what] for one in found):
        problems.append(Problem(REQUIRED[what][0], MissingColumn(column=REQUIRED[what][0])))
    if len(headers) > MOST_COLUMNS:
        problems.append(
            Problem("", BadValue(field="columns", value=len(headers), expected=f"<= {MOST_COLUMNS}"))
        )
    return found, tuple(problems)


def _row(n: int, columns: list[tuple[Column, str] | None], cells: list[str]) -> Row:
    """Read one line's cells; a line with more or fewer than there are columns is refused, not guessed."""
    if len(cells) != len(columns):
        refusal = BadValue(field="columns", value=len(cells), expected=str(len(columns)))
        return Row(n, {}, (Problem("", refusal),), {})
    values: dict[str, object] = {}
    headers: dict[str, str] = {}
    problems: list[Problem] = []
    for place, cell in zip(columns, cells, strict=True):
        if place is None:
            continue
        column, language = place
        field = column.field or column.name
        header = f"{column.name}_{language}" if language else column.name
        headers.setdefault(field, header)
        headers[f"{field}.{language}"] = header
        try:
            value = read_cell(column, cell.replace("\r\n", "\n"))
        except BadValue as refusal:
            problems.append(Problem(header, refusal))
            continue
        if language:
            said = values.setdefault(field, {})
            if isinstance(said, dict):
                said[language] = value
        else:
            values[field] = value
    return Row(n, values, tuple(problems), headers)
