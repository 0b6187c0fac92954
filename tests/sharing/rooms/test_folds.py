"""Whatever was said about a booking, in whatever order: its rows keep the invariants."""

from __future__ import annotations

from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from sharing.journal.entry import Entry, Secret, Shape, encode
from sharing.journal.folding import Folder, Rows
from sharing.journal.tables import Matter
from sharing.rooms import entries as shapes
from sharing.rooms.entries import Place
from sharing.rooms.rows import FOLDS, TABLES
from sharing.rooms.tables import BookingRow, OccurrenceRow, SlotRow, WishRow

FOLDER = Folder.of((Matter, *TABLES), (FOLDS,))
PLACES = (Place(("a",), ("a",)), Place(("ab",), ("a", "b"), 15, 30), Place(("c",), ("c",), 0, 0, 20))
HELD = {"confirmed", "arrived", "ended"}


def entry_of(n: int, data: Shape, private: Secret | None) -> Entry:
    key, secret = n.to_bytes(16, "big"), None if private is None else encode(private)
    return Entry(
        id=key, act=key, part=0, parts=1, kind=data.KIND, version=1, nature="fact", subject="booking:k",
        at=n * 1000, boot="b", uptime=1, clock="ntp", after=b"", data=encode(data), private=secret,
        salt=None if secret is None else b"s", private_digest=None,
    )  # fmt: skip


@st.composite
def dates(draw: st.DrawFn) -> list[tuple[int, int, str, int, int]]:
    """Draw dates on different days each, as a home would let stand; some end before they begin."""
    found = []
    for n in draw(st.sets(st.integers(0, 4), max_size=4)):
        start = n * 10_000 + draw(st.integers(0, 500))
        end = start + draw(st.integers(-10, 600))
        found.append((n, draw(st.integers(0, 2)), "2026-06-01T18:00", start, end))
    return found


def short(found: list[tuple[int, int, str, int, int]]) -> tuple[tuple[int, int, int, int], ...]:
    return tuple((n, place, start, end) for n, place, _, start, end in found)


@st.composite
def happenings(draw: st.DrawFn) -> list[Entry]:
    """Draw up to twelve entries in an order that makes little sense."""
    numbers, secret = (
        st.integers(0, 5),
        st.builds(shapes.BookingPrivate, person=st.just("ann"), title=st.just("x")),
    )
    gone = st.lists(
        st.tuples(numbers, st.sampled_from(["taken", "by_asker", "displaced", "no_show", "?"])), max_size=3
    )
    asked = st.builds(
        shapes.BookingAsked, use=st.sampled_from(["booking", "hold"]), rooms=st.just(("a",)),
        places=st.just(PLACES), occ=dates().map(tuple), zone=st.just("Europe/Berlin"),
        lapses=st.none() | st.just(99_000),
    )  # fmt: skip
    kinds: tuple[st.SearchStrategy[Shape], ...] = (
        asked,
        st.builds(
            shapes.BookingChangeAsked, places=st.just(PLACES), set=dates().map(tuple),
            off=st.lists(numbers, max_size=2).map(tuple),
        ),
        st.builds(
            shapes.BookingDecided, group=st.just("house"), home_epoch=st.just(1), n=st.just(1),
            places=st.just(PLACES), set=dates().map(short), off=gone.map(tuple), refused=gone.map(tuple),
            tell=st.lists(numbers, max_size=2).map(tuple), late=st.booleans(),
        ),
        st.builds(shapes.BookingArrived, n=numbers),
        st.builds(shapes.BookingLeft, n=numbers, checklist=st.just({"Fenster": True})),
        st.builds(shapes.BookingTold, n=numbers),
    )  # fmt: skip
    first = (draw(asked), draw(secret)) if draw(st.booleans()) else None
    by = st.builds(shapes.ChangedBy, actor=st.just("sol"), reason=st.sampled_from(["", "Wahl"]))
    private = {shapes.BookingAsked: secret, shapes.BookingDecided: by}
    said = [
        (one, draw(private[type(one)]) if type(one) in private else None)
        for one in draw(st.lists(st.one_of(kinds), max_size=12))
    ]
    return [entry_of(n, *one) for n, one in enumerate(([first] if first else []) + said, 1)]


def folded(entries: list[Entry]) -> Rows:
    rows = Rows("booking:k", None)
    assert FOLDER.fold_all(rows, entries) == 0
    return rows


def of(rows: Rows, table: Any) -> list[dict[str, Any]]:
    return [row for (kind, _), row in rows.now.items() if kind is table and row is not None]


@given(happenings())
def test_no_history_breaks_what_the_database_holds(entries: list[Entry]) -> None:
    rows = folded(entries)
    slots, wishes = of(rows, SlotRow), of(rows, WishRow)
    found = {row["n"]: row for row in of(rows, OccurrenceRow)}
    assert found.keys() >= {row["n"] for row in (*slots, *wishes)}
    assert bool(of(rows, BookingRow)) or not found
    for row in (*slots, *wishes):
        assert row["ends"] > row["begins"]
    for n, row in found.items():
        assert row["blocked_from"] <= row["begins"] < row["ends"] <= row["blocked_to"]
        mine = {(one["part"], one["begins"], one["ends"], one["gone_at"]) for one in slots if one["n"] == n}
        parts = msgspec.json.decode(row["parts"])
        had = {(part, row["blocked_from"], row["blocked_to"], row["gone_at"]) for part in parts}
        assert mine in ([had, set()] if row["state"] == "ended" else [had if row["state"] in HELD else set()])
        wished = {one["part"] for one in wishes if one["n"] == n}
        asked = set(msgspec.json.decode(row["asked_parts"] or "[]"))
        assert wished <= (asked or set(parts))
        assert row["state"] != "declined" or not mine


@given(happenings())
def test_folding_on_top_is_folding_from_nothing(entries: list[Entry]) -> None:
    on_top = Rows("booking:k", None)
    for entry in entries:
        assert FOLDER.apply(on_top, entry)
    for table in (BookingRow, OccurrenceRow, SlotRow, WishRow, Matter):
        assert of(on_top, table) == of(folded(entries), table)


@given(happenings())
def test_emptying_every_private_part_takes_the_persons_and_nothing_else(entries: list[Entry]) -> None:
    full = folded(entries)
    empty = folded([msgspec.structs.replace(one, private=None, salt=None) for one in entries])
    persons = {"person", "title", "adult", "reason"}
    for table in (BookingRow, OccurrenceRow, SlotRow, WishRow, Matter):
        kept = [{name: one for name, one in row.items() if name not in persons} for row in of(full, table)]
        left = [{name: one for name, one in row.items() if name not in persons} for row in of(empty, table)]
        assert kept == left
    assert all(row[name] is None for row in of(empty, BookingRow) for name in persons - {"reason"})
    assert all(row["reason"] is None for row in of(empty, OccurrenceRow))
