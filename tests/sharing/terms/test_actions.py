"""House rules are set by those who may, once per command, and hold on both databases."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass

import pytest

from sharing.errors import BadValue, NotAllowed
from sharing.house import House
from sharing.terms.actions import public_holidays, read_terms, set_terms, somebody_to_ask, write_closing_days
from sharing.terms.rules import Terms


@dataclass(frozen=True)
class Somebody:
    id: str = "a" * 32
    allowed: bool = True

    def may(self, right: str, /) -> bool:
        return self.allowed and right == "manage_house"


def test_a_new_house_has_the_usual_terms(house: House) -> None:
    assert read_terms(house.store) == Terms()


def test_rules_that_are_set_hold_and_the_others_stay(any_house: House) -> None:
    store = any_house.store
    set_terms(store, {"loan_days": 7, "desk_hours": {"mon": "10:00-18:00"}}, act=store.new_act(), by=None)
    set_terms(store, {"renewals": 0}, act=store.new_act(), by=Somebody())

    terms = read_terms(store)
    assert (terms.loan_days, terms.renewals, terms.desk_hours) == (7, 0, {0: ((600, 1080),)})


def test_the_same_command_twice_sets_once(any_house: House) -> None:
    store = any_house.store
    first, second = store.new_act(), store.new_act()
    set_terms(store, {"loan_days": 7}, act=first, by=None)
    set_terms(store, {"loan_days": 9}, act=second, by=None)
    set_terms(store, {"loan_days": 7}, act=first, by=None)

    assert read_terms(store).loan_days == 9
    with store.begin() as work:
        assert len(work.entries_of("house:settings")) == 2


def test_each_decision_has_the_next_number_and_names_nobody_in_the_open(house: House) -> None:
    store = house.store
    for days in (1, 2, 3):
        set_terms(store, {"loan_days": days}, act=store.new_act(), by=Somebody())

    with store.begin() as work:
        entries = work.entries_of("house:settings")
    assert [b'"n":%d' % n in entry.data for n, entry in enumerate(entries, 1)] == [True] * 3
    assert all(entry.nature == "verdict" for entry in entries)
    assert all(b"aaaa" not in entry.data and b"aaaa" in (entry.private or b"") for entry in entries)


def test_who_may_not_manage_the_house_changes_nothing(house: House) -> None:
    store = house.store
    with pytest.raises(NotAllowed):
        set_terms(store, {"loan_days": 7}, act=store.new_act(), by=Somebody(allowed=False))
    with pytest.raises(NotAllowed):
        write_closing_days(store, 2026, act=store.new_act(), by=Somebody(allowed=False))

    assert read_terms(store) == Terms()


def test_one_bad_value_keeps_all_of_a_command_out(house: House) -> None:
    store = house.store
    with pytest.raises(BadValue):
        set_terms(store, {"loan_days": 7, "renewals": "many"}, act=store.new_act(), by=None)

    assert read_terms(store).loan_days == 14


def test_a_year_of_public_holidays_is_written_beside_what_staff_wrote(any_house: House) -> None:
    store = any_house.store
    set_terms(store, {"closing_days": {"2026-01-06": "Inventur"}}, act=store.new_act(), by=None)
    act = store.new_act()
    for _ in range(2):
        write_closing_days(store, 2026, act=act, by=None)
    days = write_closing_days(store, 2027, act=store.new_act(), by=None).closing_days

    assert days["2026-01-06"] == "Inventur"
    assert days["2026-06-04"] == "Fronleichnam"
    assert days["2027-05-27"] == "Fronleichnam"
    assert "2026-12-24" not in days


@pytest.mark.parametrize(
    ("region", "year"), [("DE-XX", 2026), ("XX", 2026), ("DE-BW", 1999), ("DE-BW", 9999)]
)
def test_holidays_nobody_knows_are_refused(region: str, year: int) -> None:
    with pytest.raises(BadValue):
        public_holidays(region, year)


def test_holidays_speak_their_own_language_whatever_the_process_speaks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LANGUAGE", "en_US")

    assert public_holidays("DE-BW", 2026)["2026-12-25"] == "Erster Weihnachtstag"


def test_holidays_are_not_loaded_before_they_are_needed() -> None:
    imports = "import sys, sharing.terms.actions, sharing.people.actions"
    code = f"{imports}; print({{'holidays', 'argon2'}} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "set()"


def test_somebody_to_ask_is_found_by_the_house_clock(house: House) -> None:
    store = house.store
    assert somebody_to_ask(store) is None
    contact = {"function": "Ausleihe", "phone": "0761 1", "days": ["mon"], "hours": "10:00-18:00"}
    set_terms(store, {"contacts": [contact]}, act=store.new_act(), by=None)

    found = somebody_to_ask(store)
    assert found is not None
    assert (found.function, found.here_now) == ("Ausleihe", True)
