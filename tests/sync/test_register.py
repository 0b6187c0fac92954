"""The book of those who may log in."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from sharing.errors import CodeExpired, CodeUsed, CodeWrong, Damaged
from sync.enrolling import enrolment, register
from sync.enrolling.enrolment import Enrolment
from sync.enrolling.register import OPEN_MS, TOLD_MS, Guest, Register
from sync.mosquitto.credentials import Rules
from tests.fakes import MONDAY_10 as NOW


def test_an_invited_machine_may_log_in_under_another_name_only() -> None:
    book = Register().invite("desk-2", "code", NOW)

    assert book.users(NOW) == {"join.desk-2": "code"}


def test_a_machine_is_given_a_password_and_its_code_still_works_until_that_was_used() -> None:
    book = Register().invite("desk-2", "code", NOW).enrol("desk-2", "first", NOW + 1)

    again = book.enrol("desk-2", "second", NOW + 2)

    assert again.users(NOW + 3) == {"desk-2": "second", "join.desk-2": "code"}


def test_a_code_is_used_up_when_its_machine_came_with_its_own_password() -> None:
    book = Register().invite("desk-2", "code", NOW).enrol("desk-2", "own", NOW + 1).came("desk-2", NOW + 2)

    with pytest.raises(CodeUsed):
        book.enrol("desk-2", "stolen", NOW + 3)
    assert book.nodes == {"desk-2": "own"}


def test_an_expired_code_says_so_and_is_not_known_at_all_a_month_later() -> None:
    book = Register().invite("desk-2", "code", NOW)
    late = NOW + OPEN_MS

    with pytest.raises(CodeExpired):
        book.enrol("desk-2", "own", late)
    assert book.users(late)
    assert book.users(late + TOLD_MS) == {}


def test_nobody_comes_in_uninvited() -> None:
    with pytest.raises(CodeWrong):
        Register().enrol("desk-2", "own", NOW)


def test_a_new_code_voids_the_one_before() -> None:
    book = Register().invite("desk-2", "old", NOW).invite("desk-2", "new", NOW + 1)

    assert book.users(NOW + 2) == {"join.desk-2": "new"}


def test_a_machine_that_was_heard_before_it_was_enrolled_again_does_not_use_up_its_new_code() -> None:
    book = Register().invite("desk-2", "a", NOW).came("desk-2", NOW)

    assert book.enrol("desk-2", "own", NOW + 1).nodes == {"desk-2": "own"}


def test_a_revoked_machine_comes_in_neither_by_password_nor_by_code() -> None:
    book = Register().invite("desk-2", "code", NOW).enrol("desk-2", "own", NOW).invite("desk-3", "c", NOW)

    assert book.without("desk-2").users(NOW) == {"join.desk-3": "c"}


def test_after_a_restore_no_code_is_good_any_more() -> None:
    book = Register({"desk-2": "own"}).invite("desk-3", "code", NOW)

    assert book.without_codes().users(NOW) == {"desk-2": "own"}


def test_the_book_is_kept_for_its_owner_only(tmp_path: Path) -> None:
    book = Register({"desk-2": "own"}).invite("desk-3", "code", NOW)

    with register.changing(tmp_path):
        register.write(tmp_path, book)

    assert register.read(tmp_path) == book
    assert stat.S_IMODE((tmp_path / register.FILE).stat().st_mode) == 0o600
    assert sorted(one.name for one in tmp_path.iterdir()) == [register.FILE, register.LOCK]


def test_no_book_is_an_empty_one_and_a_broken_one_is_damaged(tmp_path: Path) -> None:
    assert register.read(tmp_path) == Register()
    (tmp_path / register.FILE).write_text('{"nodes": 3}')

    with pytest.raises(Damaged):
        register.read(tmp_path)


def test_an_enrolment_is_kept_for_its_owner_only_and_shows_no_password(tmp_path: Path) -> None:
    one = Enrolment(
        house="Haus", node="desk", central="central", host="h", port=1, user="desk", password="swordfish"
    )

    enrolment.save(tmp_path, one)

    assert enrolment.load(tmp_path) == one
    assert stat.S_IMODE((tmp_path / enrolment.FILE).stat().st_mode) == 0o600
    assert "swordfish" not in repr(one)


def test_a_machine_without_an_enrolment_stands_alone(tmp_path: Path) -> None:
    assert enrolment.load(tmp_path) is None
    (tmp_path / enrolment.FILE).write_text("{}")

    with pytest.raises(Damaged):
        enrolment.load(tmp_path)


def test_guests_come_and_go_beside_machines(tmp_path: Path) -> None:
    guest = Guest("panel.door:x", Rules(reads=("a/+/b",)), {"room": "1"})
    book = Register({"desk": "desk:x"}).with_guest("panel.door", guest)
    register.write(tmp_path, book)

    found = register.read(tmp_path)
    assert found.users(0) == {"desk": "desk:x", "panel.door": "panel.door:x"}
    assert found.rules() == {"panel.door": Rules(reads=("a/+/b",))}
    assert found.without("desk").guests == found.without_codes().guests == book.guests
    assert found.without_guest("panel.door").users(0) == {"desk": "desk:x"}
