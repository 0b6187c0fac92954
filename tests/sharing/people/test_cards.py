"""The card key file: for the owner's eyes only, whole or not at all."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharing.codes import CodeKind, is_valid, kind_of, make
from sharing.errors import Damaged
from sharing.people.cards import CardKeys
from tests.fakes import FakeRandomness

OLD, NEW = ("k1", b"1" * 32), ("k2", b"2" * 32)
CODE = make(CodeKind.PERSON_CARD, 1234567890123)


def test_a_new_key_file_is_for_its_owner_only_and_can_be_read_again(tmp_path: Path) -> None:
    path = tmp_path / "card.key"
    made = CardKeys.create(path, FakeRandomness())

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert CardKeys.load(path) == made == CardKeys.load_or_create(path, FakeRandomness("other"))
    assert [one.name for one in tmp_path.iterdir()] == ["card.key"]


def test_a_key_file_is_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "card.key"
    made = CardKeys.create(path, FakeRandomness())

    with pytest.raises(FileExistsError):
        CardKeys.create(path, FakeRandomness("other"))
    assert CardKeys.load(path) == made
    assert [one.name for one in tmp_path.iterdir()] == ["card.key"]


def test_delivered_keys_are_kept_for_the_owner_only_and_never_in_place_of_others(tmp_path: Path) -> None:
    path, delivered = tmp_path / "card.key", b"k2 " + b"ab" * 32 + b"\nk1 " + b"cd" * 32 + b"\n"
    with pytest.raises(Damaged):
        CardKeys.keep(path, b"nothing of the kind", FakeRandomness())
    assert not path.exists()
    kept = CardKeys.keep(path, delivered, FakeRandomness())
    assert (kept.current, path.read_bytes(), path.stat().st_mode & 0o777) == ("k2", delivered, 0o600)
    assert CardKeys.keep(path, delivered, FakeRandomness()) == kept
    with pytest.raises(Damaged, match="another house"):
        CardKeys.keep(path, b"k1 " + b"ef" * 32 + b"\n", FakeRandomness())
    assert path.read_bytes() == delivered


def test_many_that_start_at_once_have_one_key(tmp_path: Path) -> None:
    path = tmp_path / "card.key"
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda n: CardKeys.load_or_create(path, FakeRandomness(str(n))), range(32)))

    assert len({keys.keys for keys in found}) == 1


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o666, 0o610])
def test_a_key_that_others_can_reach_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "card.key"
    CardKeys.create(path, FakeRandomness())
    path.chmod(mode)

    with pytest.raises(Damaged):
        CardKeys.load(path)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"k1",
        b"k1 1234\n",
        b"k0 " + b"a" * 64,
        b"k1 " + b"A" * 64,
        b"k1 " + b"a" * 64 + b"\nk1 " + b"b" * 64,
        b"k1 " + b"a" * 64 + b"\nrubbish",
        b"\xff\x00" * 100,
        b"k1 " + b"a" * 63,
        b"k1 " + b"a" * 100_000,
    ],
)
def test_a_file_that_is_no_key_is_damage_and_its_content_is_not_said(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "card.key"
    path.write_bytes(content)
    path.chmod(0o600)

    with pytest.raises(Damaged) as damaged:
        CardKeys.load(path)
    assert "aaaa" not in str(damaged.value)


def test_a_missing_key_is_damage(tmp_path: Path) -> None:
    with pytest.raises(Damaged):
        CardKeys.load(tmp_path / "card.key")


def test_a_folder_in_place_of_the_key_is_damage(tmp_path: Path) -> None:
    (tmp_path / "card.key").mkdir(mode=0o700)
    with pytest.raises(Damaged):
        CardKeys.load(tmp_path / "card.key")


def test_several_keys_are_read_at_once_and_the_first_makes_new_cards(tmp_path: Path) -> None:
    path = tmp_path / "card.key"
    path.write_text(f"k2 {NEW[1].hex()}\nk1 {OLD[1].hex()}\n")
    path.chmod(0o600)

    keys = CardKeys.load(path)

    assert keys.current == "k2"
    assert keys.hash(CODE) == CardKeys((NEW,)).hash(CODE)
    assert CardKeys((OLD,)).hash(CODE) in keys.hashes(CODE)


@given(st.binary(min_size=16, max_size=16), st.sampled_from([CodeKind.PERSON_CARD, CodeKind.ROLE_CARD]))
def test_a_command_finds_the_number_it_made_also_after_the_key_changed(act: bytes, kind: CodeKind) -> None:
    before, after = CardKeys((OLD,)), CardKeys((NEW, OLD))
    number = before.number(kind, act, 2)

    assert is_valid(number)
    assert kind_of(number) is kind
    assert after.number_again(kind, act, before.hash(number)) == number
    assert CardKeys((NEW,)).number_again(kind, act, before.hash(number)) is None


def test_neither_keys_nor_numbers_show_in_a_traceback() -> None:
    keys = CardKeys((OLD,))

    assert OLD[1].hex() not in repr(keys)
    assert repr(OLD[1]) not in repr(keys)
    assert CODE not in keys.hash(CODE)
