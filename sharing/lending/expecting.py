"""Which rows the folds of loans ask for, as far as an entry tells: many are read together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sharing.journal.entry import Entry, Shape
from sharing.journal.folding import Expect, Table
from sharing.lending.entries import ItemBack, ItemOut, RenewalAsked, RenewalDecided
from sharing.lending.tables import Holding, Line, Renewal


def _out(entry: Entry, _data: ItemOut) -> Iterator[tuple[Table, str]]:
    yield Holding, entry.subject.removeprefix("item:")
    yield Line, entry.hex


def _back(entry: Entry, data: ItemBack) -> Iterator[tuple[Table, str]]:
    yield Holding, entry.subject.removeprefix("item:")
    if data.line:
        yield Line, data.line


def _renewal_asked(entry: Entry, data: RenewalAsked) -> Iterator[tuple[Table, str]]:
    yield Line, data.line
    yield Renewal, entry.hex


def _renewal_decided(_entry: Entry, data: RenewalDecided) -> Iterator[tuple[Table, str]]:
    yield Line, data.line
    if data.decides:
        yield Renewal, data.decides


EXPECTS: Mapping[type[Shape], Expect] = {
    ItemOut: _out,
    ItemBack: _back,
    RenewalAsked: _renewal_asked,
    RenewalDecided: _renewal_decided,
}
