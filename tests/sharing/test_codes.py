"""Codes: what is made can be read however it arrives, and what was misread is never another code."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharing import codes
from sharing.codes import CodeKind
from sharing.errors import NoCode, NotReadable

GERMAN = str.maketrans(":/-yzYZ?=", "Ö-ßzyZY_\u00b4")
CYRILLIC = str.maketrans("abcdefghijklmnopqrstuvwxyz/:.", "фисвуапршолдьтщзйкыегмцчня.Жю")
ARABIC_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
LINK = "https://haus.example/l/{}"


@st.composite
def made(draw: st.DrawFn) -> str:
    return codes.make(draw(st.sampled_from(CodeKind)), draw(st.integers(0, 10**13 - 1)))


@given(st.sampled_from(CodeKind), st.integers(0, 10**13 - 1))
def test_a_made_code_is_valid_and_keeps_its_kind(kind: CodeKind, thirteen: int) -> None:
    code = codes.make(kind, thirteen)

    assert len(code) == codes.LENGTH
    assert codes.is_valid(code)
    assert codes.kind_of(code) is kind
    assert codes.read(code) == code


@given(made())
def test_every_single_wrong_digit_is_caught(code: str) -> None:
    wrong = [
        code[:at] + digit + code[at + 1 :] for at in range(16) for digit in "0123456789" if digit != code[at]
    ]

    assert len(wrong) == 144
    assert not any(map(codes.is_valid, wrong))


@given(made())
def test_every_swap_of_neighbours_is_caught(code: str) -> None:
    swapped = [code[:at] + code[at + 1] + code[at] + code[at + 2 :] for at in range(15)]

    assert not any(codes.is_valid(wrong) for wrong in swapped if wrong != code)


def test_the_check_digits_are_those_of_the_norm() -> None:
    assert codes.make(CodeKind.ITEM, 418830123456) == "20418830123456" + str(98 - 2041883012345600 % 97)
    assert int(codes.make(CodeKind.ITEM, 418830123456)) % 97 == 1


@pytest.mark.parametrize("thirteen", [-1, 10**13])
def test_a_number_of_the_wrong_size_makes_no_code(thirteen: int) -> None:
    with pytest.raises(ValueError, match=str(thirteen)):
        codes.make(CodeKind.ITEM, thirteen)


@given(made())
def test_a_code_is_read_bare_grouped_dashed_and_as_a_link_in_any_layout(code: str) -> None:
    link = LINK.format(code)
    forms = [
        code,
        f"  {code}\r\n",
        codes.grouped(code),
        codes.grouped(code).replace(" ", "-"),
        codes.grouped(code).replace(" ", "\u00a0"),
        link,
        link.translate(GERMAN),
        link.translate(CYRILLIC),
        code.translate(ARABIC_DIGITS),
        f"Karte Nr. 12: {codes.grouped(code)}.",
        f"{LINK.format('7')}-{code}",
    ]

    assert [codes.read(form) for form in forms] == [code] * len(forms)


@given(made(), made())
def test_the_last_run_of_a_burst_counts(first: str, second: str) -> None:
    assert codes.read(f"{first}/{second}") == second
    assert codes.read(f"{first} {second}") == second


@given(made(), st.text("0123456789", min_size=1, max_size=5))
def test_more_than_sixteen_digits_are_no_code(code: str, more: str) -> None:
    for burst in (code + more, more + code, f"{codes.grouped(code)} {more}", f"{more} {codes.grouped(code)}"):
        with pytest.raises(NoCode):
            codes.read(burst)


@given(st.integers(12, 14).flatmap(lambda n: st.text("0123456789", min_size=n, max_size=n)))
def test_a_retail_barcode_is_never_ours(barcode: str) -> None:
    with pytest.raises(NoCode):
        codes.read(barcode)
    assert codes.foreign(barcode) == barcode


def test_wrong_check_digits_are_not_readable_and_no_foreign_barcode_either() -> None:
    good = codes.make(CodeKind.ITEM, 1)
    bad = good[:-1] + str((int(good[-1]) + 1) % 10)

    with pytest.raises(NotReadable):
        codes.read(bad)
    assert codes.foreign(bad) is None
    assert codes.foreign(good) is None


def test_a_code_without_a_kind_is_not_readable() -> None:
    body = "00000000000001"
    with pytest.raises(NotReadable):
        codes.read(f"{body}{98 - int(body) * 100 % 97:02d}")


@pytest.mark.parametrize(
    "code", ["", "1", "\uff12" * 16, "²" * 16, "a" * 16, codes.make(CodeKind.ITEM, 5) + "\n"]
)
def test_what_is_no_code_is_not_valid_and_has_no_kind(code: str) -> None:
    assert not codes.is_valid(code)
    with pytest.raises(ValueError, match=r"\d"):
        codes.kind_of(code)


def test_check_digits_that_are_never_made_are_wrong() -> None:
    made_97 = next(code for n in range(500) if (code := codes.make(CodeKind.ITEM, n)).endswith("97"))

    assert not codes.is_valid(made_97[:-2] + "00")


@pytest.mark.parametrize(
    "barcode", ["ABC-1234", "4006381333931", "(00)340123450000000018", "INV 0042", "x" * 40]
)
def test_a_foreign_barcode_is_given_as_it_stands(barcode: str) -> None:
    assert codes.foreign(f"{barcode}\r") == barcode


@pytest.mark.parametrize("text", ["", "abc", "x" * 41, "ab\x1b[2Jcd", "ab\u202ecd", "٤" * 3])
def test_what_cannot_stand_on_a_label_is_no_foreign_barcode(text: str) -> None:
    assert codes.foreign(text) is None


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        assert codes.is_valid(codes.read(text))
    except (NoCode, NotReadable):
        assert not codes.is_valid(text)
