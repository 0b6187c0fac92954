"""PINs: hashed, counted before they are looked at, locked against every clock and restart."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from sharing.errors import BadValue, NoPin, NotAllowed, PersonUnknown, PinLocked, PinWrong
from sharing.house import House, open_house
from sharing.people import pins
from sharing.people.actions import check_pin, set_pin
from sharing.people.rules import Person, Role
from tests.fakes import FakeClock, FakeRandomness
from tests.sharing.people.crowd import again, empty_private, everything_stored, somebody

MINUTE = 60_000


@pytest.fixture
def staff(any_house: House) -> Person:
    made = somebody(any_house, "Anna Klein", Role.STAFF)
    set_pin(any_house.store, made.id, "2580", act=any_house.store.new_act())
    return made


def wrong(house: House, person: str) -> int:
    """Try a wrong PIN: how many tries are left, or minus the minutes of the lock."""
    try:
        check_pin(house.store, person, "0000")
    except PinWrong as refused:
        return int(refused.details["left"] or 0)
    except PinLocked as refused:
        return -round((int(refused.details["until"] or 0) - house.store.clock.read().at) / MINUTE)
    raise AssertionError


def test_the_right_pin_passes_and_is_stored_nowhere(any_house: House, staff: Person) -> None:
    check_pin(any_house.store, staff.id, "2580")
    check_pin(any_house.store, staff.id, " ٢٥٨٠ ")

    assert again(any_house, staff).has_pin
    assert "'2580'" not in everything_stored(any_house)
    assert "argon2id" in everything_stored(any_house)


def test_five_wrong_pins_lock_for_five_minutes_and_then_for_twice_as_long(
    any_house: House, staff: Person, clock: FakeClock
) -> None:
    assert [wrong(any_house, staff.id) for _ in range(7)] == [4, 3, 2, 1, -5, -5, -5]
    with pytest.raises(PinLocked):
        check_pin(any_house.store, staff.id, "2580")

    clock.forward(minutes=5)
    assert [wrong(any_house, staff.id) for _ in range(5)] == [4, 3, 2, 1, -10]
    clock.forward(minutes=10)
    check_pin(any_house.store, staff.id, "2580")
    assert wrong(any_house, staff.id) == 4


def test_the_right_pin_gives_all_tries_back(any_house: House, staff: Person) -> None:
    assert [wrong(any_house, staff.id) for _ in range(4)] == [4, 3, 2, 1]
    check_pin(any_house.store, staff.id, "2580")

    assert wrong(any_house, staff.id) == 4


def test_a_lock_survives_a_restart_of_the_program(house: House, clock: FakeClock) -> None:
    made = somebody(house, "Anna", Role.STAFF)
    set_pin(house.store, made.id, "2580", act=house.store.new_act())
    for _ in range(5):
        wrong(house, made.id)
    house.close()
    reopened = open_house(house.data, clock=clock, randomness=FakeRandomness("later"))

    clock.forward(minutes=2)
    assert wrong(reopened, made.id) == -3
    clock.forward(minutes=3)
    check_pin(reopened.store, made.id, "2580")
    reopened.close()


def test_a_restart_of_the_machine_never_shortens_a_lock(
    any_house: House, staff: Person, clock: FakeClock
) -> None:
    for _ in range(5):
        wrong(any_house, staff.id)
    clock.forward(minutes=4)
    clock.boot, clock.uptime = "boot-2", 0

    assert wrong(any_house, staff.id) == -5
    clock.forward(minutes=5)
    check_pin(any_house.store, staff.id, "2580")


def test_a_clock_that_jumps_neither_lengthens_nor_shortens_a_lock(
    any_house: House, staff: Person, clock: FakeClock
) -> None:
    for _ in range(5):
        wrong(any_house, staff.id)
    clock.at += 365 * 24 * 60 * MINUTE
    with pytest.raises(PinLocked):
        check_pin(any_house.store, staff.id, "2580")
    clock.at = 0
    with pytest.raises(PinLocked):
        check_pin(any_house.store, staff.id, "2580")

    clock.uptime += 5 * MINUTE
    check_pin(any_house.store, staff.id, "2580")


def test_a_try_counts_before_the_pin_is_looked_at(
    any_house: House, staff: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def power_cut(_hashed: str, _typed: str) -> bool:
        raise KeyboardInterrupt

    with monkeypatch.context() as cut:
        cut.setattr(pins, "_matches", power_cut)
        for _ in range(3):
            with pytest.raises(KeyboardInterrupt):
                check_pin(any_house.store, staff.id, "2580")

    assert wrong(any_house, staff.id) == 1


def test_a_person_nobody_knows_is_answered_like_one_with_another_pin(any_house: House, staff: Person) -> None:
    known = [wrong(any_house, staff.id) for _ in range(6)]
    unknown = [wrong(any_house, "f" * 32) for _ in range(6)]

    assert known == unknown


def test_an_erased_person_is_nobody(any_house: House, staff: Person) -> None:
    empty_private(any_house, [f"person:{staff.id}"])

    with pytest.raises(PinWrong):
        check_pin(any_house.store, staff.id, "2580")
    assert "argon2id" not in everything_stored(any_house)


def test_without_a_pin_nobody_passes_and_no_try_counts(house: House) -> None:
    made = somebody(house)
    for _ in range(7):
        with pytest.raises(NoPin):
            check_pin(house.store, made.id, "")


@pytest.mark.parametrize(
    "pin", ["", "123", "1" * 13, "12a4", "1111", "²²³³", "12 34", "\x00\x00\x00\x00", "1" * 10_000]
)
def test_a_pin_that_is_none_is_refused_without_repeating_it(house: House, pin: str) -> None:
    made = somebody(house)
    with pytest.raises(BadValue) as refused:
        set_pin(house.store, made.id, pin, act=house.store.new_act())

    assert not pin.strip("\x00") or pin not in str(refused.value.details.values())


@pytest.mark.parametrize("typed", ["", "2" * 10_000, "\x00", "\ud800", "💥", "2580\n1", "25800"])
def test_anything_may_be_typed_as_a_pin(house: House, typed: str) -> None:
    made = somebody(house)
    set_pin(house.store, made.id, "2580", act=house.store.new_act())

    with pytest.raises(PinWrong):
        check_pin(house.store, made.id, typed)


def test_a_new_pin_replaces_the_old_and_ends_the_lock(any_house: House, staff: Person) -> None:
    for _ in range(5):
        wrong(any_house, staff.id)
    act = any_house.store.new_act()
    for pin in ("1357", "2468"):
        set_pin(any_house.store, staff.id, pin, act=act)

    check_pin(any_house.store, staff.id, "1357")
    with pytest.raises(PinWrong):
        check_pin(any_house.store, staff.id, "2580")


def test_a_pin_is_set_by_oneself_or_an_admin(house: House) -> None:
    store = house.store
    anna, admin = somebody(house, "Anna", Role.STAFF), somebody(house, "Eva", Role.ADMIN)
    set_pin(store, anna.id, "2580", act=store.new_act(), by=anna)
    set_pin(store, anna.id, "2581", act=store.new_act(), by=admin)
    with pytest.raises(NotAllowed):
        set_pin(store, admin.id, "2580", act=store.new_act(), by=anna)
    with pytest.raises(PersonUnknown):
        set_pin(store, "0" * 32, "2580", act=store.new_act())


def test_many_that_try_at_once_get_no_more_than_five_tries(any_house: House, staff: Person) -> None:
    def one_try(_n: int) -> str:
        try:
            check_pin(any_house.store, staff.id, "0000")
        except (PinWrong, PinLocked) as refused:
            return type(refused).__name__
        finally:
            any_house.store.close()
        return "passed"

    with ThreadPoolExecutor(8) as threads:
        said = list(threads.map(one_try, range(24)))

    assert Counter(said) == {"PinWrong": 4, "PinLocked": 20}
