"""Whatever happened to an item, in whatever order and by whatever clocks: its rows keep the invariants."""

from __future__ import annotations

from typing import Any

import msgspec
from hypothesis import given

from sharing.journal.entry import Entry, Secret, Shape, encode
from sharing.journal.folding import Folder, Rows
from sharing.journal.tables import Matter
from sharing.lending import entries as shapes
from sharing.lending.rows import FOLDS, TABLES, Holding, Line
from tests.sharing.lending.happenings import entry_of, happenings

FOLDER = Folder.of((Matter, *TABLES), (FOLDS,))


def folded(entries: list[Entry]) -> Rows:
    rows = Rows("item:i", None)
    assert FOLDER.fold_all(rows, entries) == 0
    return rows


def of(rows: Rows, table: Any) -> list[dict[str, Any]]:
    return [row for (kind, _), row in rows.now.items() if kind is table and row is not None]


@given(happenings())
def test_no_history_breaks_what_the_database_holds(entries: list[Entry]) -> None:
    rows = folded(entries)
    lines = of(rows, Line)
    assert sum(1 for line in lines if line["back_at"] is None) <= 1
    for line in lines:
        assert line["due"] > line["out_at"]
        assert line["back_at"] is None or line["back_at"] >= line["out_at"]
        assert line["checked_at"] is None or line["back_at"] is not None
        assert None not in {line["item"], line["model"], line["loan"], line["renewals"], line["override"]}
    for holding in of(rows, Holding):
        assert holding["line"] is None or holding["loan"] is None
        assert holding["line"] == next((line["id"] for line in lines if line["back_at"] is None), None)
        assert (holding["loan"] is None) == (holding["missing"] is None)


@given(happenings())
def test_emptying_every_private_part_takes_the_persons_and_nothing_else(entries: list[Entry]) -> None:
    full = folded(entries)
    empty = folded([msgspec.structs.replace(one, private=None, salt=None) for one in entries])
    persons = {"borrower", "org"}
    for table in (Line, Holding, Matter):
        kept = [{name: one for name, one in row.items() if name not in persons} for row in of(full, table)]
        left = [{name: one for name, one in row.items() if name not in persons} for row in of(empty, table)]
        assert kept == left
        assert {row.get("borrower") for row in of(empty, table)} <= {None}


def _said(*parts: tuple[Shape, Secret | None]) -> list[Entry]:
    return [entry_of(n, n * 1000, data, private) for n, (data, private) in enumerate(parts, 1)]


def test_what_two_nodes_set_aside_for_two_people_is_a_case_and_not_forgotten() -> None:
    def aside(who: str) -> tuple[Shape, Secret]:
        return shapes.ItemSetAside(loan=f"visit-{who}", missing=("deposit",)), shapes.Out(borrower=who)

    rows = folded(_said(aside("ann"), aside("ben")))
    assert [case["kind"] for case in of(rows, Matter)] == ["set_aside_twice"]
    assert [row["borrower"] for row in of(rows, Holding)] == ["ben"]
    assert of(folded(_said(aside("ann"), aside("ann"))), Matter) == []


def test_what_one_node_lent_while_another_set_it_aside_for_somebody_else_is_a_case() -> None:
    def lent_to(who: str, override: str = "") -> list[str]:
        aside = shapes.ItemSetAside(loan="visit-ann", missing=("deposit",))
        out = shapes.ItemOut(loan=f"visit-{who}", model="m", due=9_000, override=override)
        return [case["kind"] for case in of(folded(_said((aside, None), (out, None))), Matter)]

    assert lent_to("ben") == ["out_while_set_aside"]
    assert lent_to("ann") == []
    assert lent_to("ben", override="kept_at_desk") == []


def test_a_word_of_the_visitor_does_not_replace_what_staff_found() -> None:
    out = shapes.ItemOut(loan="v", model="m", due=9_000)
    line = entry_of(1, 1000, out).hex
    rows = folded(_said(
        (out, None),
        (shapes.ItemBack(line=line), None),
        (shapes.ItemCondition(line=line, condition="broken", checked=True), None),
        (shapes.ItemCondition(line=line, condition="good"), None),
    ))  # fmt: skip
    assert [row["condition"] for row in of(rows, Line)] == ["broken"]


def test_the_shapes_hold_no_person_in_the_open() -> None:
    """Every field of every lending entry is known here, so that a new one is looked at."""
    open_fields = {name for shape in FOLDS for name in shape.__struct_fields__}
    assert open_fields == {
        "loan", "model", "due", "org", "terms", "completed", "override", "happened", "line", "condition",
        "checked", "missing", "instead", "group", "home_epoch", "n", "decides", "declined", "asked", "seen",
    }  # fmt: skip
    assert b"ann" not in encode(shapes.ItemOut(loan="v", model="m", due=1))
