"""Things come back, and somebody says in which condition."""

from __future__ import annotations

import msgspec

from sharing.journal.entry import Draft, Entry, Instant
from sharing.journal.ids import nth_act
from sharing.journal.store import Store, Work
from sharing.lending.again import line_given_back
from sharing.lending.entries import (
    ItemBack,
    ItemCondition,
    Remark,
)
from sharing.lending.looking import (
    LoanLine,
    line_of,
)
from sharing.lending.rows import Holding
from sharing.lending.rules import (
    Condition,
    Visit,
    happened_at,
    need_line,
)
from sharing.lending.standing import standing_of
from sharing.people.rules import Person, Right, check_right


class Return(msgspec.Struct, frozen=True):
    """Things come back."""

    act: bytes
    items: tuple[str, ...]
    condition: Condition = Condition.NOT_SAID
    note: str = ""
    actor: Person | None = None
    at: Instant | None = None


def check_in(store: Store, command: Return) -> list[LoanLine]:
    """Note that things came back; unchecked, unless somebody who may check returns did it.

    Raises:
        NotOut: one of them is not lent; then nothing is noted.
        BadTime: a late entry from the future, or from before the loan.
    """
    with store.begin() as work:
        lines = []
        for n, item_id in enumerate(command.items):
            act = nth_act(command.act, n)
            if done := work.applied(act):
                lines.append(line_of(work, line_given_back(done[0])))
                continue
            line = need_line(standing_of(work, item_id).line)
            give_back_in(work, item_id, line, act, command)
            lines.append(line_of(work, line))
        return lines


def give_back_in(work: Work, item: str, line: str, act: bytes, command: Return) -> tuple[Entry, ...]:
    """Note one return inside an open transaction."""
    actor = command.actor
    checked = (
        actor is not None and actor.may(Right.CHECK_RETURNS) and command.condition is not Condition.NOT_SAID
    )
    late = None
    if command.at is not None:
        late = happened_at(command.at, work.now, line_of(work, line).out_at)
    back = ItemBack(line=line, condition=command.condition.value, checked=checked, happened=late)
    remark = Remark(note=command.note, actor=actor.id if actor else "") if actor or command.note else None
    return work.append(act, [Draft(f"item:{item}", back, remark)])


def give_back(store: Store, visit: Visit | None, item: str, act: bytes) -> tuple[LoanLine, Visit | None]:
    """Give one thing back, as the answer to "give back or extend?".

    Raises:
        NotOut: it is not lent.
    """
    (line,) = check_in(store, Return(act, (item,), actor=visit.person if visit else None))
    return line, visit.noting(act.hex(), item, taken=False) if visit else None


def say_condition(
    store: Store, item: str, condition: Condition, act: bytes, *, note: str = "", actor: Person | None = None
) -> LoanLine:
    """Note how a thing came back; "checked" if somebody who may check returns says so.

    Raises:
        NotOut: it never was lent, or is out again.
    """
    checked = actor is not None and actor.may(Right.CHECK_RETURNS)
    return _say(store, item, condition, act, note, actor, checked=checked)


def _say(
    store: Store,
    item: str,
    condition: Condition,
    act: bytes,
    note: str,
    actor: Person | None,
    *,
    checked: bool,
) -> LoanLine:
    with store.begin() as work:
        if done := work.applied(act):
            return line_of(work, msgspec.json.decode(done[0].data, type=ItemCondition).line)
        held = work.one(Holding, item)
        line = need_line(held["last_line"] if held and held["line"] is None else None)
        said = ItemCondition(line=line, condition=condition.value, checked=checked)
        remark = Remark(note=note, actor=actor.id if actor else "") if note or actor else None
        work.append(act, [Draft(f"item:{item}", said, remark)])
        return line_of(work, line)


def check_return(
    store: Store, staff: Person | None, item: str, condition: Condition, act: bytes, note: str = ""
) -> LoanLine:
    """Look at what came back: the return counts as checked, and a block for damage is lifted or set.

    Raises:
        NotAllowed: this person may not check returns.
        NotOut: nothing came back.
    """
    check_right(staff, Right.CHECK_RETURNS)
    return _say(store, item, condition, act, note, staff, checked=True)
