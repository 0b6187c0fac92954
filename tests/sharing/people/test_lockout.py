"""Five wrong PINs lock, twice as long each time, by a clock that nobody can set."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sharing.people.lockout import FIRST_MS, MOST_DOUBLINGS, TRIES, Tries, counted, lock_ms, standing


def test_the_fifth_wrong_pin_locks_for_five_minutes() -> None:
    tries = Tries()
    for left in (4, 3, 2, 1):
        tries = counted(tries, "b", 1000)
        assert (TRIES - tries.wrong, tries.until) == (left, 0)

    assert counted(tries, "b", 1000).until == 1000 + 5 * 60 * 1000


def test_each_lock_is_twice_as_long_as_the_last_up_to_a_day() -> None:
    assert [lock_ms(n) // FIRST_MS for n in (1, 2, 3, 4)] == [1, 2, 4, 8]
    assert lock_ms(1000) == FIRST_MS << MOST_DOUBLINGS < 86_400_000


def test_after_a_lock_there_are_five_tries_again_and_then_a_longer_lock() -> None:
    tries = Tries(0, 1, "b", 1000)

    free = standing(tries, "b", 1000)
    assert (free.until, free.locks) == (0, 1)
    for _ in range(TRIES):
        free = counted(free, "b", 2000)
    assert free.until == 2000 + 2 * FIRST_MS


def test_a_restart_of_the_machine_begins_the_lock_anew() -> None:
    assert standing(Tries(0, 1, "b", 1000 + FIRST_MS), "c", 7).until == 7 + FIRST_MS


def test_an_uptime_that_fell_back_without_a_new_boot_id_begins_the_lock_anew() -> None:
    assert standing(Tries(0, 1, "unknown", 10**9 + FIRST_MS), "unknown", 7).until == 7 + FIRST_MS


@given(st.lists(st.tuples(st.integers(0, 10**7), st.booleans()), max_size=60))
def test_nobody_gets_more_than_five_tries_between_locks_that_grow(steps: list[tuple[int, bool]]) -> None:
    """Whatever time passes and however often the machine is restarted."""
    tries, boot, uptime, since = Tries(), 0, 0, 0
    for passed, restarted in steps:
        boot, uptime = (boot + 1, passed) if restarted else (boot, uptime + passed)
        tries = standing(tries, str(boot), uptime)
        if tries.until:
            assert 0 < tries.until - uptime <= lock_ms(tries.locks)
            continue
        before = tries.locks
        tries = counted(tries, str(boot), uptime)
        since = 0 if tries.locks > before else since + 1
        assert since < TRIES
        assert bool(tries.until) == (tries.locks > before)
