"""Importing lists into a house: what each line does, and that nothing is half done."""

from __future__ import annotations

import pytest

from sharing.catalogue.actions import (
    add_item,
    add_model,
    items_at,
    locations,
    models,
    search_items,
    thing_by_code,
)
from sharing.catalogue.rules import Item
from sharing.errors import BadFile
from sharing.exchange.actions import export_file, import_file
from sharing.exchange.columns import What
from sharing.exchange.report import Report, Status
from sharing.house import House
from sharing.people.actions import find_organisations, find_persons
from sharing.people.rules import OrganisationKind, Role
from sharing.texts import State, Text, Texts

LISTS = {
    "locations": "key;kind;name_de;parent\nr1;shelf;Regal;lager\nlager;room;Lager;haus\nhaus;house;Haus;\n",
    "models": (
        "key;name_de;name_en;value;needs\nbeamer;Beamer;Projector;520;deposit,terms\nbohrer;Bohrer;;;\n"
    ),
    "organisations": "key;name;kind\nv1;Verein Muster;association\ng1;Gruppe Probe;group\n",
    "persons": (
        "key;name;contact;adult;roles;organisations;responsible_for;suspended_until;instructed\n"
        "p1;Erika Muster;069 90009 1;ja;staff;v1,g1;v1;2026-12-31;beamer\np2;Kind Muster;;nein;;g1;;;\n"
    ),
    "items": "key;model;number;home;blocked;blocked_note\nb1;beamer;1;r1;;\nb2;beamer;2;lager;broken;Lampe\n",
    "rooms": "key;capacity;features;hours;key_item\nlager;4;projector;mon 10:00-12:00;b1\n",
}


def load(house: House, what: str, text: str, *, dry_run: bool = False) -> Report:
    return import_file(house.store, what, text.encode(), act=house.store.new_act(), dry_run=dry_run)


def fill(house: House) -> None:
    for what, text in LISTS.items():
        report = load(house, what, text)
        assert report.done, report


def _count(house: House) -> int:
    with house.store.reader() as read:
        return int(read.rows("SELECT COUNT(*) FROM entry")[0][0])


def _statuses(report: Report) -> list[tuple[int, Status]]:
    return [(line.n, line.status) for line in report.lines]


def test_six_lists_make_a_house(any_house: House) -> None:
    fill(any_house)
    store = any_house.store
    with store.reader() as read:
        places = {one.key: one for one in locations(read)}
        assert places["r1"].where("de") == "Lager › Regal"
        assert [one.name("de") for one in items_at(read, places["haus"].id)] == ["Beamer 1", "Beamer 2"]
        assert {one.key: one.value_cents for one in models(read)} == {"beamer": 52_000, "bohrer": None}
    (erika,) = find_persons(store, "erika")
    assert erika.roles == {Role.VISITOR, Role.STAFF}
    assert {(one.organisation.name, one.responsible) for one in erika.memberships} == {
        ("Verein Muster", True), ("Gruppe Probe", False),
    }  # fmt: skip
    assert len(erika.instructed) == 1
    assert erika.suspended_until is not None
    (verein,) = find_organisations(store, "verein")
    assert (verein.kind, verein.responsible) == (OrganisationKind.ASSOCIATION, erika.id)
    assert [one.blocked for one in search_items(store, "beamer")] == ["", "broken"]


def test_the_same_lists_again_change_nothing(any_house: House) -> None:
    fill(any_house)
    before = _count(any_house)
    for what, text in LISTS.items():
        report = load(any_house, what, text)
        assert {line.status for line in report.lines} == {Status.UNCHANGED}
    assert _count(any_house) == before


def test_an_export_imported_again_changes_nothing(any_house: House) -> None:
    fill(any_house)
    before = _count(any_house)
    for what in What:
        data = export_file(any_house.store, what)
        report = import_file(any_house.store, what, data, act=any_house.store.new_act())
        assert {line.status for line in report.lines} == {Status.UNCHANGED}
    assert _count(any_house) == before


def test_a_dry_run_says_the_same_and_writes_nothing(house: House) -> None:
    dry = load(house, "models", LISTS["models"], dry_run=True)
    assert _count(house) == 1
    wet = load(house, "models", LISTS["models"])
    assert (dry.lines, dry.done, wet.done) == (wet.lines, False, True)


def test_an_unknown_column_hides_nothing_of_what_is_wrong_with_the_lines(house: House) -> None:
    report = load(house, "models", "key;name_de;value;xyzzy\na;Axt;viel;1\nb;Beil;1;2\n;Ohne;1;3\n")
    assert [(line.n, one["column"], one["refusal"]) for line in report.lines for one in line.details] == [
        (1, "xyzzy", "refusal.unknown_column"),
        (2, "value", "refusal.bad_value"),
        (4, "key", "refusal.empty_cell"),
    ]
    assert not report.done
    assert _count(house) == 1


def test_one_refused_line_keeps_the_whole_file_out(house: House) -> None:
    report = load(house, "models", "key;name_de;value\na;Axt;1\nb;Beil;viel\n;Ohne;\nd;;\na;Axt;1\n")
    assert _statuses(report) == [
        (2, Status.NEW), (3, Status.REFUSED), (4, Status.REFUSED), (5, Status.REFUSED), (6, Status.REFUSED),
    ]  # fmt: skip
    assert [one["refusal"] for line in report.lines for one in line.details] == [
        "refusal.bad_value", "refusal.empty_cell", "refusal.empty_cell", "refusal.twice_in_file",
    ]  # fmt: skip
    assert [one["column"] for line in report.lines for one in line.details] == [
        "value",
        "key",
        "name_de",
        "key",
    ]
    assert not report.done
    assert _count(house) == 1


def test_a_change_touches_only_the_columns_of_the_file(house: House) -> None:
    fill(house)
    report = load(house, "models", "key;category;name_tr\nbeamer;Bild;Projeksiyon\n")
    assert [line.changed for line in report.lines] == [("category", "names.tr")]
    with house.store.reader() as read:
        beamer = next(one for one in models(read) if one.key == "beamer")
    assert (beamer.name("de"), beamer.name("tr"), beamer.category) == ("Beamer", "Projeksiyon", "Bild")
    assert beamer.value_cents == 52_000


def test_an_empty_cell_empties_the_field(house: House) -> None:
    fill(house)
    load(house, "models", "key;name_en;value;needs\nbeamer;;;\n")
    load(house, "items", "key;blocked;home\nb2;;\n")
    with house.store.reader() as read:
        beamer = next(one for one in models(read) if one.key == "beamer")
    assert set(beamer.names.said) == {"de"}
    assert (beamer.value_cents, beamer.needs) == (None, frozenset())
    (item,) = search_items(house.store, "beamer 2")
    assert (item.blocked, item.home) == ("", None)


def test_an_item_is_known_again_by_its_code_alone(house: House) -> None:
    fill(house)
    (item,) = search_items(house.store, "beamer 1")
    report = load(house, "items", f"code;number\n{item.code};77\n")
    assert _statuses(report) == [(2, Status.CHANGED)]
    with house.store.reader() as read:
        found = thing_by_code(read, item.code or "")
    assert isinstance(found, Item)
    assert (found.id, found.number, found.key) == (item.id, "77", "b1")


def test_an_item_made_at_the_desk_gets_its_key_from_the_list(house: House) -> None:
    fill(house)
    with house.store.reader() as read:
        beamer = models(read)[0].id
    made = add_item(house.store, act=house.store.new_act(), model=beamer, number="9")
    report = load(house, "items", f"key;code;number\nb9;{made.code};9\n")
    assert [(line.status, line.changed) for line in report.lines] == [(Status.CHANGED, ("key",))]
    assert _statuses(load(house, "items", "key;number\nb9;9\n")) == [(2, Status.UNCHANGED)]


@pytest.mark.parametrize(
    ("what", "text", "refusal"),
    [
        ("items", "key;model\nx;nothing\n", "refusal.does_not_exist"),
        ("items", "key;number\nx;1\n", "refusal.missing_column"),
        ("items", "key;model;home\nx;beamer;nowhere\n", "refusal.does_not_exist"),
        ("items", "key;model;code\nx;beamer;2000000000001234\n", "refusal.not_readable"),
        ("items", "key;model;code\nx;beamer;4006381333931\n", "refusal.bad_value"),
        ("items", "key;model;barcode\nx;beamer;4,00638E+12\n", "refusal.bad_value"),
        ("items", "key;model;blocked\nx;beamer;tired\n", "refusal.bad_value"),
        ("items", "key;model;tested_until\nx;beamer;30.02.2026\n", "refusal.bad_value"),
        ("items", "key;model;barcode\nx;beamer;40063813\ny;beamer;40063813\n", "refusal.twice_in_file"),
        ("models", "key;name_de;needs\nx;X;blood\n", "refusal.bad_value"),
        ("models", f"key;name_de\nx;{'X' * 10_000}\n", "refusal.too_long"),
        ("models", "key;name_de\nx;a\x1b[2Jb\n", "refusal.bad_characters"),
        ("models", "key;name_de\nx;a\u202eb\n", "refusal.bad_characters"),
        ("models", "key;name_de;value\nx y;X;1\n", "refusal.bad_value"),
        ("locations", "key;kind;name_de;parent\nx;shelf;X;y\ny;shelf;Y;x\n", "refusal.bad_value"),
        ("locations", "key;parent\nhaus;r1\n", "refusal.bad_value"),
        ("locations", "key;kind;name_de\nx;cupboard;X\n", "refusal.bad_value"),
        ("organisations", "key;name;kind\nx;Verein Muster;association\n", "refusal.taken"),
        ("organisations", "key;name;kind\nx;X;club\n", "refusal.bad_value"),
        ("persons", "key;contact\nx;1\n", "refusal.bad_value"),
        ("persons", "key;name;roles\nx;X;king\n", "refusal.bad_value"),
        ("persons", "key;name;organisations\nx;X;nobody\n", "refusal.does_not_exist"),
        ("persons", "key;name;instructed\nx;X;nothing\n", "refusal.does_not_exist"),
        ("persons", "key;name;language\nx;X;German!\n", "refusal.bad_value"),
    ],
)  # fmt: skip
def test_a_line_is_refused_with_its_reason(house: House, what: str, text: str, refusal: str) -> None:
    fill(house)
    before = _count(house)
    report = load(house, what, text)
    assert refusal in [one["refusal"] for line in report.lines for one in line.details]
    assert not report.done
    assert _count(house) == before


def test_a_code_of_another_thing_is_taken(house: House) -> None:
    fill(house)
    (item,) = search_items(house.store, "beamer 1")
    report = load(house, "items", f"key;model;code\nb2;beamer;{item.code}\n")
    assert [one["refusal"] for line in report.lines for one in line.details] == ["refusal.taken"]


def test_roles_and_memberships_become_those_of_the_line(house: House) -> None:
    fill(house)
    load(house, "persons", "key;roles;organisations;suspended_until\np1;volunteer;g1;\n")
    (erika,) = find_persons(house.store, "erika")
    assert erika.roles == {Role.VISITOR, Role.VOLUNTEER}
    assert [(one.organisation.name, one.responsible) for one in erika.memberships] == [
        ("Gruppe Probe", False)
    ]
    assert erika.suspended_until is None


def test_who_speaks_for_an_organisation_can_change(house: House) -> None:
    fill(house)
    load(house, "persons", "key;responsible_for\np1;\np2;g1\n")
    (erika,), (kind,) = find_persons(house.store, "erika"), find_persons(house.store, "kind")
    assert not any(one.responsible for one in erika.memberships)
    assert [one.organisation.name for one in kind.memberships if one.responsible] == ["Gruppe Probe"]
    assert _statuses(load(house, "persons", "key;responsible_for\np1;\np2;g1\n")) == [
        (2, Status.UNCHANGED), (3, Status.UNCHANGED),
    ]  # fmt: skip


def test_a_text_that_stays_keeps_how_far_it_is_trusted(house: House) -> None:
    names = Texts({"de": Text("Axt"), "tr": Text("Balta", State.MACHINE)})
    add_model(house.store, act=house.store.new_act(), key="axt", names=names)
    assert _statuses(load(house, "models", "key;name_de;name_tr\naxt;Axt;Balta\n")) == [(2, Status.UNCHANGED)]
    load(house, "models", "key;name_de;name_tr\naxt;Beil;Balta\n")
    with house.store.reader() as read:
        (axt,) = models(read)
    assert axt.names == Texts({"de": Text("Beil"), "tr": Text("Balta", State.MACHINE)})


def test_no_key_and_no_name_of_a_person_stands_in_the_open_part_of_an_entry(house: House) -> None:
    fill(house)
    with house.store.reader() as read:
        for subject, data in read.rows("SELECT subject, data FROM entry"):
            for word in (b"Erika", b"069 90009", b"p1", b"Gruppe Probe", b"staff"):
                assert word not in bytes(data), subject


def test_markup_and_formulas_come_out_as_they_went_in_and_safe(house: House) -> None:
    load(house, "models", "key;name_de\nx;[@click=app.quit]\ny;'=cmd|' /C calc'!A0\nz;@SUM(A1)\n")
    with house.store.reader() as read:
        names = {one.key: one.name("de") for one in models(read)}
    assert names == {"x": "[@click=app.quit]", "y": "=cmd|' /C calc'!A0", "z": "@SUM(A1)"}
    exported = export_file(house.store, "models").decode()
    assert ";'=cmd" in exported
    assert ";'@SUM" in exported


def test_a_large_file_goes_in_as_several_acts_of_one_transaction(house: House) -> None:
    lines = "".join(f"m{n};Ding {n};{'Anleitung ' * 300}\n" for n in range(300))
    assert load(house, "models", "key;name_de;how_to_de\n" + lines).done
    with house.store.reader() as read:
        assert len(models(read)) == 300
        assert read.rows("SELECT COUNT(DISTINCT act) FROM entry")[0][0] > 5


def test_a_file_that_is_no_list_is_refused_whole(house: House) -> None:
    with pytest.raises(BadFile):
        load(house, "models", "key;name_de\na;b\x00c\n")
    report = load(house, "models", "kex;name_de\na;b\n")
    assert _statuses(report) == [(1, Status.REFUSED)]
    assert _count(house) == 1
