"""One-time codes and what a QR code of an enrolment holds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharing.errors import CodeMistyped
from sync.enrolling.invitation import (
    SYMBOLS,
    Invitation,
    from_digits,
    in_fours,
    new_code,
    read_code,
    to_digits,
)

CODE = new_code(bytes(range(10)))


def test_a_code_is_read_back_however_it_was_typed() -> None:
    assert len(CODE) == 16
    assert read_code(in_fours(CODE)) == CODE
    assert read_code(f"  {in_fours(CODE).lower().replace('-', ' ')} ") == CODE
    assert read_code(CODE.replace("0", "O").replace("1", "l")) == CODE


def test_two_codes_differ_in_what_is_random() -> None:
    assert new_code(b"\x00" * 10) != new_code(b"\x00" * 9 + b"\x20")


@given(random=st.binary(min_size=10, max_size=10), place=st.integers(0, 15), other=st.sampled_from(SYMBOLS))
def test_one_wrong_symbol_is_noticed_before_anybody_is_asked(random: bytes, place: int, other: str) -> None:
    code = new_code(random)
    typed = code[:place] + other + code[place + 1 :]

    if typed == code:
        assert read_code(typed) == code
    else:
        with pytest.raises(CodeMistyped):
            read_code(typed)


@pytest.mark.parametrize("typed", ["", CODE[:-1], CODE + "0", "ÄÖÜß" * 4, "U" * 16, "\x00" * 16])
def test_what_is_no_code_is_refused(typed: str) -> None:
    with pytest.raises(CodeMistyped):
        read_code(typed)


@given(
    host=st.text(max_size=60),
    port=st.integers(0, 65535),
    node=st.from_regex(r"[a-z0-9][a-z0-9-]{0,30}", fullmatch=True),
)
def test_an_invitation_survives_as_digits(host: str, port: int, node: str) -> None:
    one = Invitation(host, port, node, CODE, CODE, tls=True)

    digits = to_digits(one)

    assert digits.isdigit()
    assert from_digits(f"{digits[:7]} {digits[7:]}\n") == one


def test_an_invitation_fits_into_a_code_that_a_terminal_can_show() -> None:
    from qrcode.constants import ERROR_CORRECT_L
    from qrcode.main import QRCode

    code = QRCode(error_correction=ERROR_CORRECT_L, border=1)
    code.add_data(to_digits(Invitation("central.haus-am-markt.example", 8883, "ausleihe-2", CODE, CODE)))
    code.make(fit=True)

    assert len(code.get_matrix()) <= 48  # 24 rows of half blocks: what every terminal has


@given(scanned=st.one_of(st.text(max_size=50), st.from_regex(r"[0-9]{1,950}", fullmatch=True)))
def test_whatever_else_is_scanned_is_refused(scanned: str) -> None:
    with pytest.raises(CodeMistyped):
        from_digits(scanned)


@given(place=st.integers(0, 150), digit=st.sampled_from("0123456789"))
def test_digits_that_did_not_arrive_whole_are_refused(place: int, digit: str) -> None:
    digits = to_digits(Invitation("central.example", 8883, "desk", CODE, CODE))
    wrong = digits[:place] + digit + digits[place + 1 :]

    for one in (wrong, digits[:place]):
        if one != digits:
            with pytest.raises(CodeMistyped):
                from_digits(one)


def test_no_log_holds_a_code() -> None:
    assert CODE not in repr(Invitation("h", 1, "n", CODE))
