"""The law of lists: exported, imported into an empty house and exported again, they are the same."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Sequence
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sharing.exchange.actions import export_file, import_file
from sharing.exchange.columns import What
from sharing.house import House, make_house
from tests.fakes import FakeClock, FakeRandomness

_FOLDERS = itertools.count()

_PLAIN = st.text(st.characters(exclude_categories=["C"]), max_size=12).map(str.strip)
_TEXT = _PLAIN | st.sampled_from(
    ["=cmd", "'=x", "''+1", '"', ";", "a,b", "-5", "@x", "O'Neil", "عرض", "x\u200fy"]
)
_NAME = _TEXT.filter(lambda text: any(char.isalnum() for char in text))
_NOTE = st.lists(_TEXT, max_size=3).map("\n".join).map(str.strip)
_KEY = st.text("abcdefgh123-=", min_size=1, max_size=6)
_MONEY = st.sampled_from(["", "0", "12,5", "1.249,90", "99999"])
_DAY = st.sampled_from(["", "2026-12-31", "01.02.2024"])
_FLAG = st.sampled_from(["", "ja", "no"])
_BLOCK = st.sampled_from(["", "broken", "dirty"])
_NUMBER = st.sampled_from(["", "1", "14"])
_NEEDS = st.lists(st.sampled_from(["terms", "deposit", "adult"]), max_size=3).map(",".join)
_CHECKS = st.lists(_PLAIN.map(lambda text: text.replace("|", "\\|")), max_size=3).map(" | ".join)
_FEATURES = st.lists(st.sampled_from(["piano", "Step-Free"]), max_size=2).map(",".join)
_HOURS = st.sampled_from(["", "closed", "mo-fr 8:00-12:00, 14:00-24:00 | so 10:00-11:00"])
_CLOSING = st.sampled_from(["", "2026-12-24", "2026-12-26 Putz | 2026-01-06"])
_LANGUAGE = st.sampled_from(["de", "en", "tr", ""])
_VERSION = st.sampled_from(["", "1", "3"])
_KEYS = st.lists(_KEY, min_size=1, max_size=4, unique=True)


def _sheet(header: str, rows: Sequence[Sequence[str]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";")
    writer.writerow(header.split(";"))
    writer.writerows(rows)
    return out.getvalue().encode()


@st.composite
def _lists(draw: st.DrawFn) -> dict[What, bytes]:
    """Draw six lists that name each other."""
    places, models, groups, people, things = (draw(_KEYS) for _ in range(5))
    some = st.lists(st.sampled_from(groups), max_size=2, unique=True).map(",".join)
    shown = st.lists(st.sampled_from(models), max_size=2, unique=True).map(",".join)
    roles = st.sampled_from(["", "staff", "admin,volunteer"])
    kind = st.sampled_from(["house", "floor", "room", "shelf"])
    club = st.sampled_from(["association", "group", "institution"])
    kinds = [draw(kind) for _ in places]
    place_rows = [
        [key, kinds[n], draw(_NAME), draw(_TEXT), draw(st.sampled_from(["", *places[:n]]))]
        for n, key in enumerate(places)
    ]
    model_rows = [
        [key, draw(_NAME), draw(_TEXT), draw(_TEXT), draw(_MONEY), draw(_MONEY), draw(_NUMBER), draw(_NUMBER),
         draw(_NEEDS), draw(_CHECKS), draw(_NOTE), draw(_FLAG)]
        for key in models
    ]  # fmt: skip
    blocks = [draw(_BLOCK) for _ in things]
    barcodes = st.sampled_from(["", "EAN {} x"])
    item_rows = [
        [key, draw(st.sampled_from(models)), draw(_TEXT), draw(st.sampled_from(["", *places])), draw(_TEXT),
         draw(_TEXT), draw(_DAY), draw(_DAY), draw(_MONEY), draw(_DAY), draw(_TEXT), draw(_NOTE), draw(_FLAG),
         block, draw(_NOTE) if block else "", draw(barcodes).format(n)]
        for n, (key, block) in enumerate(zip(things, blocks, strict=True))
    ]  # fmt: skip
    group_rows = [
        [key, f"{draw(_NAME)} {n}", draw(club), draw(_TEXT)] for n, key in enumerate(groups)
    ]  # fmt: skip
    person_rows = [
        [key, draw(_NAME), draw(_TEXT), draw(_LANGUAGE), draw(_FLAG), draw(_TEXT), draw(_FLAG),
         draw(_VERSION), draw(_VERSION), draw(roles), draw(shown), draw(some), draw(some), draw(_DAY)]
        for key in people
    ]  # fmt: skip
    singles = [key for key, one in zip(places, kinds, strict=True) if one == "room"]
    pairing = singles.pop() if len(singles) > 2 else ""
    room_rows = [
        [key, ",".join(sorted(singles[:2])) if key == pairing else "", draw(_NUMBER), draw(_FEATURES),
         draw(_HOURS), draw(_CLOSING), draw(_NUMBER), draw(_FLAG), draw(_NUMBER), draw(_NUMBER), draw(_NAME),
         draw(_CHECKS), draw(st.sampled_from(["", *things])), draw(_FLAG)]
        for key in (*singles, *([pairing] if pairing else []))
    ]  # fmt: skip
    return {
        What.LOCATIONS: _sheet("key;kind;name_de;name_ar;parent", place_rows),
        What.MODELS: _sheet(
            "key;name_de;name_uk;category;value;deposit;loan_days;limit;needs;checklist;how_to_de;lendable",
            model_rows,
        ),
        What.ORGANISATIONS: _sheet("key;name;kind;contact", group_rows),
        What.PERSONS: _sheet(
            "key;name;contact;language;adult;guardian;identity_checked;terms_version;privacy_version;roles;"
            "instructed;organisations;responsible_for;suspended_until", person_rows,
        ),
        What.ITEMS: _sheet(
            "key;model;number;home;owner;funder;earmarked_until;bought_on;price;tested_until;serial;note;"
            "lendable;blocked;blocked_note;barcode", item_rows,
        ),
        What.ROOMS: _sheet(
            "key;parts;capacity;features;hours;closing_days;after_minutes;approval;no_show_minutes;week_count;"
            "price_tr;checklist;key_item;bookable", room_rows,
        ),
    }  # fmt: skip


def _house(folder: Path) -> House:
    seed = str(next(_FOLDERS))
    return make_house(
        folder / seed, node="desk", name="Testhaus", clock=FakeClock(), randomness=FakeRandomness(seed)
    )


def _load(house: House, lists: dict[What, bytes]) -> dict[What, bytes]:
    for what, data in lists.items():
        report = import_file(house.store, what, data, act=house.store.new_act())
        assert report.done, [line for line in report.lines if line.problems]
    return {what: export_file(house.store, what) for what in What}


@given(lists=_lists())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_exported_imported_into_an_empty_house_and_exported_again_is_the_same(
    tmp_path: Path, lists: dict[What, bytes]
) -> None:
    one, two = _house(tmp_path), _house(tmp_path)
    try:
        first = _load(one, lists)
        assert _load(two, first) == first
        assert _load(one, first) == first
    finally:
        one.close()
        two.close()
