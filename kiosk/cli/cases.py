"""What staff must look at: contradictions, damage, losses, what became of machines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from kiosk.cli import finding, values
from kiosk.cli.answer import Answer, said, table
from kiosk.cli.frame import Session, argument, command, group, option

if TYPE_CHECKING:
    from kiosk.case_facts import CasePage, Told
    from sharing.cases.rules import Case

cases = group("cases")
HOW = (
    "with_first", "with_second", "in_house", "called", "booked_elsewhere", "mended", "looked", "nothing",
    "technician",
)  # fmt: skip
"""As `sharing.cases.rules.How`, which would take long to import for every command; a test compares them."""


def _json(session: Session, one: Case, name: str) -> dict[str, Any]:
    from kiosk import case_words

    words = session.dated
    return {
        "id": one.id,
        "kind": one.kind,
        "what": case_words.title(words, one.kind),
        "area": one.area,
        "subject": one.subject,
        "name": name,
        "about": one.about,
        "since": values.moment(words, one.since),
        "seen_at": values.moment(words, one.seen_at),
        "settled": one.settled,
        "do": case_words.to_do(words, one),
        "how": list(one.choices),
    }


def _side(session: Session, told: Told) -> dict[str, Any]:
    """One thing that happened, and where."""
    from kiosk import case_words

    one = told.happened
    return {
        "entry": one.entry,
        "kind": one.kind,
        "at": values.moment(session.dated, one.at),
        "clock_sure": one.sure,
        "device": one.node or None,
        "cause": one.is_cause,
        "unaware": one.unaware,
        "undone": one.undone,
        "whom": told.whom or None,
        "by": told.by or None,
        "what": case_words.what(session.dated, told),
    }


def _page_json(session: Session, page: CasePage) -> dict[str, Any]:
    sides = [_side(session, one) for one in page.told]
    return {**_json(session, page.case, page.name), "sides": sides, "reach": list(page.reach)}


def _page_lines(session: Session, page: CasePage) -> list[str]:
    """Say it as the screen does."""
    from kiosk import case_words

    words, case, here = session.dated, page.case, session.store.node
    since = words("case_page.since", when=words.short_moment(case.since))
    lines = [case_words.title(words, case.kind), " · ".join(part for part in (page.name, since) if part), ""]
    for one in page.told:
        mark = "▶" if one.happened.is_cause else "·"
        lines += [case_words.heading(words, one, here), f"  {mark} {case_words.what(words, one)}"]
        lines += [f"  ! {words('case_page.unaware')}"] if one.happened.unaware else []
    lines += [words("case_page.reach", whom=one) for one in page.reach]
    lines += ["", case_words.to_do(words, case)]
    return [*lines, *(f"  --how {one}: {case_words.how(words, one, page)}" for one in case.choices)]


@command("list", cases)
def list_(session: Session) -> Answer:
    """List what is open, by what it is about, the oldest of each first."""
    from kiosk import case_facts, case_words

    words = session.dated
    found, names = case_facts.case_list(session.store, words.language)
    rows = [
        (
            case_words.title(words, one.kind),
            case_words.area(words, one.area),
            name,
            words.short_moment(one.since),
            one.id,
        )
        for one, name in zip(found, names, strict=True)
    ]
    return Answer(
        {"cases": [_json(session, one, name) for one, name in zip(found, names, strict=True)]},
        table(session, ("what", "area", "name", "since", "id"), rows),
    )


@command("show", cases)
@argument("case", metavar="CASE")
def show(session: Session, case: str) -> Answer:
    """Say what happened on both sides; nobody is noted as having looked."""
    from kiosk import case_facts

    page = case_facts.opened(session.store, case, session.words.language)
    return Answer({"case": _page_json(session, page)}, _page_lines(session, page))


@command("seen", cases, writes=True)
@option("--by", metavar="card")
@argument("case", metavar="CASE")
def seen(session: Session, case: str, by: str | None) -> Answer:
    """Say the same, and note that somebody looked at it."""
    from kiosk import case_facts

    who = _by(session, by)
    page = case_facts.opened(session.store, case, session.words.language, act=session.act(), by=who)
    return Answer({"case": _page_json(session, page)}, _page_lines(session, page))


@command("handle", cases, writes=True)
@option("--by", metavar="card")
@option("--how", type=click.Choice(HOW))
@option("--note", default="")
@argument("case", metavar="CASE")
def handle(session: Session, case: str, how: str | None, note: str, by: str | None) -> Answer:
    """Settle a case, with how and a note on what was done."""
    from sharing.lending.actions import settle

    who = _by(session, by)
    settle(session.store, case, act=session.act(), how=how or "", note=note, by=who)
    return Answer({"case": case, "handled": True, "how": how}, [said(session.words("staff.handled"), case)])


def _by(session: Session, card: str | None) -> str:
    """Give the id of who looked at it; empty is the operator of this machine."""
    from sharing.people.rules import Right

    who = finding.staff(session, card, Right.HANDLE_CASES)
    return who.id if who else ""
