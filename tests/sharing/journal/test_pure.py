from __future__ import annotations

import hashlib
import uuid
from typing import Any, ClassVar

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharing.errors import BadValue, Damaged
from sharing.journal.chain import GENESIS, link
from sharing.journal.checks import check_foreign
from sharing.journal.clock import EARLIEST_BELIEVABLE, MOST_BACKWARDS, Reading, believed
from sharing.journal.entry import Entry, Shape, content_digest, encode, private_digest
from sharing.journal.folding import Folder
from sharing.journal.ids import nth_act, uuid5, uuid7
from tests.fakes import MONDAY_10, FakeRandomness
from tests.sharing.journal.toys import Filled, Owner, bare_entry


class Loose(Shape, frozen=True, kw_only=True):
    KIND: ClassVar[str] = "loose"
    values: dict[str, Any]


# Ids


@given(st.integers(0, 2**48 - 1), st.binary(min_size=10, max_size=10))
def test_an_id_is_a_uuid_of_version_7_and_holds_its_millisecond(ms: int, noise: bytes) -> None:
    made = uuid.UUID(bytes=uuid7(ms, lambda _: noise))
    assert made.version == 7
    assert made.variant == uuid.RFC_4122
    assert made.int >> 80 == ms


@given(st.integers(0, 2**48 - 2))
def test_ids_of_a_later_millisecond_are_greater_as_bytes(ms: int) -> None:
    assert uuid7(ms, lambda n: b"\xff" * n) < uuid7(ms + 1, lambda n: b"\0" * n)


@given(st.text(), st.binary(min_size=16, max_size=16))
def test_an_id_that_follows_from_another_is_the_standard_uuid_of_version_5(name: str, of: bytes) -> None:
    try:
        name.encode()
    except UnicodeEncodeError:
        return
    assert uuid5(name, of) == uuid.uuid5(uuid.UUID(bytes=of), name).bytes


def test_the_acts_of_a_bulk_command_differ_and_the_first_keeps_its_id() -> None:
    act = bytes(range(16))
    assert nth_act(act, 0) == act
    assert len({nth_act(act, n) for n in range(100)}) == 100


# Chain


def test_each_part_of_a_link_changes_it() -> None:
    usual = link(GENESIS, "one", 1, 1, b"x" * 32)
    others = [
        link(b"\1" * 32, "one", 1, 1, b"x" * 32),
        link(GENESIS, "two", 1, 1, b"x" * 32),
        link(GENESIS, "one", 2, 1, b"x" * 32),
        link(GENESIS, "one", 1, 2, b"x" * 32),
        link(GENESIS, "one", 1, 1, b"y" * 32),
    ]
    assert len({usual, *others}) == 6


def test_a_link_is_the_same_in_every_version() -> None:
    assert link(GENESIS, "one", 7, 3, hashlib.sha256(b"").digest()).hex() == (
        hashlib.sha256(bytes(32) + b"one\n7\n3\n" + hashlib.sha256(b"").digest()).hexdigest()
    )


# Digests

OTHER: dict[str, Any] = {
    "id": b"\xff" * 16, "act": b"\xfe" * 16, "part": 1, "parts": 2, "kind": "box.other", "version": 2,
    "nature": "request", "subject": "box:b", "at": 1, "boot": "boot-2", "uptime": 1, "clock": "central",
    "after": b"\1" * 16, "data": b'{"x":1}', "private_digest": b"\2" * 32,
}  # fmt: skip


@pytest.mark.parametrize("field", sorted(OTHER))
def test_the_content_digest_changes_with_every_field_that_never_changes(field: str) -> None:
    usual = bare_entry(1)
    assert content_digest(msgspec.structs.replace(usual, **{field: OTHER[field]})) != content_digest(usual)


def test_the_content_digest_stays_when_the_private_part_is_emptied() -> None:
    full = bare_entry(1, private=b"{}", salt=b"s" * 16, private_digest=private_digest(b"s" * 16, b"{}"))
    assert content_digest(msgspec.structs.replace(full, private=None, salt=None)) == content_digest(full)
    assert set(OTHER) | {"private", "salt"} == {field.name for field in msgspec.structs.fields(Entry)}


def test_the_same_private_words_have_another_digest_with_another_salt() -> None:
    assert private_digest(b"a" * 16, b"Ada") != private_digest(b"b" * 16, b"Ada")


# Data


def test_data_is_written_with_sorted_keys_and_without_what_is_usual() -> None:
    assert encode(Loose(values={"b": 1, "a": [True, None], "ä": "x"})) == (
        '{"values":{"a":[true,null],"b":1,"ä":"x"}}'.encode()
    )
    assert encode(Filled(what="x")) == b'{"what":"x"}'


@pytest.mark.parametrize("value", [1.5, 1e30, -0.5, [1, [2.5]], {"a": {"b": 3.25}}])
def test_a_float_hidden_in_a_free_field_is_refused(value: Any) -> None:
    with pytest.raises(BadValue):
        encode(Loose(values={"x": value}))


@pytest.mark.parametrize("value", ["1.5", 'say "2.5"', "back\\slash 1e5", 15, "true", True])
def test_text_that_looks_like_a_float_is_not_one(value: Any) -> None:
    assert msgspec.json.decode(encode(Loose(values={"x": value})))["values"]["x"] == value


def test_a_shape_with_a_float_cannot_even_be_declared() -> None:
    with pytest.raises(TypeError, match="no floats"):

        class Weighed(Shape, frozen=True, kw_only=True):
            KIND: ClassVar[str] = "box.weighed"
            kilos: float | None = None


def test_the_character_zero_is_refused_and_a_text_about_it_is_not() -> None:
    with pytest.raises(BadValue):
        encode(Filled(what="a\0b"))
    with pytest.raises(BadValue):
        encode(Owner(name="\0"))
    assert encode(Filled(what="\\u0000")) == b'{"what":"\\\\u0000"}'


def test_a_private_part_of_another_shape_is_damage_and_an_empty_one_is_none() -> None:
    assert bare_entry(1).secret(Owner) is None
    assert bare_entry(1, private=b'{"name":"Ada"}').secret(Owner) == Owner(name="Ada")
    with pytest.raises(Damaged):
        bare_entry(1, private=b'{"name":5}').secret(Owner)


def test_two_features_cannot_fold_the_same_kind() -> None:
    with pytest.raises(ValueError, match=r"box\.filled"):
        Folder.of((), ({Filled: lambda *_: None}, {Filled: lambda *_: None}))


# What comes from elsewhere

DAMAGED: dict[str, dict[str, Any]] = {
    "a part of an act is missing": {"parts": 2},
    "an id is too short": {"id": b"x"},
    "no such nature": {"nature": "rumour"},
    "a line feed in the kind": {"kind": "box\nfilled"},
    "no kind": {"kind": ""},
    "a line feed in the boot": {"boot": "a\nb"},
    "a line feed in the subject": {"subject": "box:\n"},
    "half a predecessor": {"after": b"x" * 15},
    "a line feed in the data": {"data": b"{\n}"},
    "a private part without salt": {"private": b"{}"},
    "a private part that is another": {"private": b"{}", "salt": b"s", "private_digest": b"x" * 32},
    "a verdict without a number": {"nature": "verdict"},
    "a verdict number 0": {"nature": "verdict", "data": b'{"group":"house","home_epoch":1,"n":0}'},
    "an instant beyond all time": {"at": 2**63},
    "version 0": {"version": 0},
}


@pytest.mark.parametrize("what", sorted(DAMAGED))
def test_an_entry_from_elsewhere_is_refused_if(what: str) -> None:
    check_foreign([bare_entry(1)])
    with pytest.raises(BadValue):
        check_foreign([bare_entry(1, **DAMAGED[what])])


# The clock

NOW = Reading(MONDAY_10, "boot-1", 1_000_000, "ntp")


def test_a_clock_that_runs_on_is_believed() -> None:
    assert believed(NOW, None) == NOW
    assert believed(NOW, Reading(NOW.at - 1, "boot-0", 5, "untrusted")) == NOW
    a_little_back = Reading(NOW.at + MOST_BACKWARDS, "boot-1", 1, "ntp")
    assert believed(NOW, a_little_back) == NOW


def test_a_clock_in_1970_goes_on_from_the_last_entry_and_is_not_trusted() -> None:
    flat = Reading(12_345, "boot-2", 7_000, "ntp")
    assert believed(flat, NOW) == Reading(NOW.at, "boot-2", 7_000, "untrusted")
    assert believed(flat, None) == Reading(12_345, "boot-2", 7_000, "untrusted")
    assert flat.at < EARLIEST_BELIEVABLE


def test_a_clock_that_jumped_back_goes_on_by_the_uptime_of_the_same_boot() -> None:
    back = Reading(NOW.at - 86_400_000, "boot-1", NOW.uptime + 60_000, "ntp")
    assert believed(back, NOW).at == NOW.at + 60_000


def test_a_time_server_is_believed_against_entries_written_without_one() -> None:
    ran_ahead = Reading(NOW.at + 10**11, "boot-1", 5, "untrusted")
    assert believed(NOW, ran_ahead) == NOW


def test_randomness_in_tests_repeats() -> None:
    assert FakeRandomness("a")(40) == FakeRandomness("a")(40)
