"""What each sender may cost."""

from __future__ import annotations

from sharing.allowance import FEWEST, Allowance


def test_a_flood_empties_its_own_allowance_and_silence_fills_it_again() -> None:
    now = [0]
    allowance = Allowance(lambda: now[0], most=2, a_second=1)
    assert [allowance.spend("a") for _ in range(3)] == [True, True, False]
    assert allowance.spend("b")
    now[0] = 1000
    assert [allowance.spend("a") for _ in range(2)] == [True, False]


def test_names_that_strangers_make_up_do_not_fill_the_memory() -> None:
    now = [0]
    allowance = Allowance(lambda: now[0], most=2, a_second=1)
    for n in range(10 * FEWEST):
        now[0] += 100
        allowance.spend(f"room {n}")
    assert len(allowance._left) <= FEWEST


def test_who_spent_everything_gets_nothing_new_by_being_swept_away() -> None:
    now = [0]
    allowance = Allowance(lambda: now[0], most=2, a_second=1)
    while allowance.spend("greedy"):
        pass
    for n in range(3 * FEWEST):
        allowance.spend(f"room {n}")
    assert not allowance.spend("greedy")
