"""Lending by command: what the kiosk does scan by scan, for scripts, late paper, and without a screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from kiosk.cli import finding, values
from kiosk.cli.answer import Answer, said
from kiosk.cli.doors import refused
from kiosk.cli.frame import Session, argument, command, option

if TYPE_CHECKING:
    from sharing.lending.actions import Taken
    from sharing.lending.looking import LoanLine
    from sharing.lending.rules import Override

CONDITIONS = ("good", "dirty", "incomplete", "broken")
EXAMPLE = "32 × 0-9a-f (01a206049bbd72819309fb3c02e52a5e)"
"""The id of an act."""


def nth_acts(act: bytes, count: int) -> list[str]:
    """Name the acts of a command about several things, for an undo."""
    from sharing.journal.ids import nth_act

    return [nth_act(act, n).hex() for n in range(count)]


@command("check-out", writes=True)
@option("--card", required=True)
@option("--for", "for_", metavar="org")
@option("--until")
@option("--at")
@option("--override", metavar="reason")
@option("--by", metavar="card")
@argument("items", nargs=-1, required=True, metavar="ITEM…")
def check_out(
    session: Session,
    card: str,
    for_: str | None,
    until: str | None,
    at: str | None,
    override: str | None,
    by: str | None,
    items: tuple[str, ...],
) -> Answer:
    """Lend things to the person whose card this is."""
    from sharing.errors import PersonUnknown
    from sharing.lending.actions import CheckOut
    from sharing.lending.actions import check_out as lend

    holder = finding.holder(session, card)
    if holder.person is None:
        raise PersonUnknown
    found, act = finding.items(session, items), session.act()
    order = CheckOut(
        act,
        holder.person,
        tuple(one.id for one in found),
        scope=holder.scope,
        org=finding.organisation(session, for_).id if for_ else None,
        until=session.when(until),
        at=session.when(at),
        override=_override(session, override, by),
    )
    return _taken(session, lend(session.store, order), nth_acts(act, len(found)))


def _override(session: Session, reason: str | None, by: str | None) -> Override | None:
    """Read why rules are set aside, and by whom: never without a reason."""
    from sharing.errors import BadValue
    from sharing.lending.rules import Override
    from sharing.people.rules import Right

    if reason is None and by is None:
        return None
    if not (reason or "").strip():
        raise BadValue(field="--override", value="", expected="--override REASON")
    return Override(finding.staff(session, by, Right.OVERRIDE), reason or "")


def _taken(session: Session, taken: Taken, acts: list[str]) -> Answer:
    """Answer; a thing that is set aside was not lent, so the command did not do all it was asked."""
    from sharing.errors import StepMissing

    words = session.dated
    data: dict[str, Any] = {
        "acts": acts,
        "lent": [values.line(words, one) for one in taken.lines],
        "set_aside": [values.set_aside(words, one) for one in taken.set_aside],
    }
    lines = [*(_lent(session, one) for one in taken.lines), words("cli.undo.how", acts=" ".join(acts))]
    if not taken.set_aside:
        return Answer(data, lines)
    missing = sorted({need for one in taken.set_aside for need in one.missing})
    answer = refused(session, StepMissing(missing=",".join(missing)), **data)
    aside = [said(words("step.set_aside"), one.item.name(words.language)) for one in taken.set_aside]
    answer.lines = [*lines, *aside, *answer.lines]
    return answer


def _lent(session: Session, line: LoanLine) -> str:
    words = session.dated
    until = words("common.until", when=words.until(line.due))
    return said(words("step.lent"), f"{line.item.name(words.language)}, {until}")


@command("return", writes=True)
@option("--condition", type=click.Choice(CONDITIONS))
@option("--note", default="")
@option("--at")
@option("--card")
@argument("items", nargs=-1, required=True, metavar="ITEM…")
def return_(
    session: Session,
    condition: str | None,
    note: str,
    at: str | None,
    card: str | None,
    items: tuple[str, ...],
) -> Answer:
    """Note that things came back."""
    from sharing.lending.actions import Return, check_in
    from sharing.lending.rules import Condition

    found, act = finding.items(session, items), session.act()
    actor = finding.holder(session, card).person if card else None
    order = Return(
        act, tuple(one.id for one in found), Condition(condition or "not_said"), note, actor, session.when(at)
    )
    back = check_in(session.store, order)
    words = session.dated
    acts = nth_acts(act, len(found))
    lines = [said(words("step.given_back"), one.item.name(words.language)) for one in back]
    lines.append(words("cli.undo.how", acts=" ".join(acts)))
    return Answer({"acts": acts, "returned": [values.line(words, one) for one in back]}, lines)


@command("check", writes=True)
@option("--by", metavar="card")
@option("--condition", type=click.Choice(CONDITIONS), default="good")
@option("--note", default="")
@argument("item")
def check(session: Session, by: str | None, condition: str, note: str, item: str) -> Answer:
    """Look at what came back, as staff."""
    from sharing.lending.actions import check_return
    from sharing.lending.rules import Condition
    from sharing.people.rules import Right

    (found,), act = finding.items(session, (item,)), session.act()
    staff = finding.staff(session, by, Right.CHECK_RETURNS)
    line = check_return(session.store, staff, found.id, Condition(condition), act, note)
    words = session.dated
    return Answer(
        {"act": act.hex(), "checked": values.line(words, line)},
        [said(words("cli.said.checked"), f"{found.name(words.language)}, {words(f'condition.{condition}')}")],
    )


@command("renew", writes=True)
@option("--until")
@argument("item")
def renew(session: Session, until: str | None, item: str) -> Answer:
    """Keep a thing longer, or bring it back sooner."""
    from sharing.errors import NotOut
    from sharing.lending.actions import renew as keep_longer
    from sharing.lending.looking import standing_of

    (found,), act = finding.items(session, (item,)), session.act()
    with session.store.reader() as read:
        line_id = standing_of(read, found.id).line
    if line_id is None:
        raise NotOut
    line = keep_longer(session.store, line_id, act, until=session.when(until))
    words = session.dated
    text = words("common.until", when=words.until(line.asked_due or line.due))
    lines = [said(found.name(words.language), text)]
    if line.asked_due is not None:
        lines.append(words("visit.renewal_asked"))
    return Answer({"act": act.hex(), "renewed": values.line(words, line)}, lines)


@command("complete", writes=True)
@option("--by", metavar="card")
@option("--override", metavar="reason", default="")
@argument("item")
def complete(session: Session, by: str | None, override: str, item: str) -> Answer:
    """See to what was missing, as staff: what is set aside goes out to the person it waits for."""
    from sharing.lending.actions import complete as finish
    from sharing.people.rules import Right

    (found,), act = finding.items(session, (item,)), session.act()
    staff = finding.staff(session, by, Right.LEND_FOR_OTHERS)
    line = finish(session.store, staff, found.id, act, reason=override)
    return Answer({"act": act.hex(), "lent": [values.line(session.dated, line)]}, [_lent(session, line)])


@command("put-back", writes=True)
@argument("item")
def put_back(session: Session, item: str) -> Answer:
    """Put what is set aside back on the shelf."""
    from sharing.lending.actions import put_back as withdraw

    (found,), act = finding.items(session, (item,)), session.act()
    withdraw(session.store, found.id, act)
    words = session.words
    return Answer(
        {"act": act.hex(), "item": values.short_item(words, found)},
        [said(words("staff.put_back"), found.name(words.language))],
    )


@command("undo", writes=True)
@argument("acts", nargs=-1, required=True, metavar="ACT…")
def undo(session: Session, acts: tuple[str, ...]) -> Answer:
    """Take acts back, the last one first."""
    from sharing.errors import BadValue
    from sharing.journal.ids import nth_act
    from sharing.lending.actions import undo as take_back

    for one in acts:
        if len(one) != 32 or not set(one) <= set("0123456789abcdef"):  # noqa: PLR2004 hex digits of an id
            raise BadValue(field="act", value=one[:40], expected=EXAMPLE)
    words, act = session.words, session.act()
    items = [
        item
        for n, one in enumerate(reversed(acts))
        for item in take_back(session.store, bytes.fromhex(one), nth_act(act, n))
    ]
    data = {"undone": list(reversed(acts)), "items": [values.short_item(words, one) for one in items]}
    return Answer(data, [said(words("common.undo"), one.name(words.language)) for one in items])
