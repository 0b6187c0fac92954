"""What is kept for those who were displaced, where the same was kept for others before."""

from __future__ import annotations

from sharing.journal.rebuild import differences
from sharing.rooms.actions import booking, displace
from sharing.rooms.rules import State, Use, Why
from tests.sharing.rooms.lodge import Lodge, this


def test_what_was_kept_for_somebody_and_has_lapsed_is_kept_for_the_next(any_lodge: Lodge) -> None:
    lodge, store = any_lodge, any_lodge.house.store
    first = lodge.book("a", "06-10 18:00")
    done = displace(
        store, None, this(first), lodge.ask("a", "06-10 18:00", who="ben"), lodge.act(), reason="Wahl"
    )
    with store.reader() as read:
        kept = [one for (one,) in read.rows("SELECT id FROM booking WHERE held_for <> ''")]
    lodge.clock.forward(hours=49)
    again = displace(
        store, None, this(done.placed), lodge.ask("a", "06-10 18:00"), lodge.act(), reason="Wasserschaden"
    )
    assert again.held == done.held
    assert len(kept) == len(done.held) > 1
    for one in kept:
        (gone,) = booking(store, one).occurrences
        assert (gone.use, gone.state, gone.why) == (Use.HOLD, State.CANCELLED, Why.LAPSED)
    assert differences(store) == []
