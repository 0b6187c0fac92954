"""Stock-takes by command: open, scan, close, report, and say yes to what was found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kiosk.cli import finding, values
from kiosk.cli.answer import Answer, facts, table
from kiosk.cli.frame import Session, argument, command, group, option

if TYPE_CHECKING:
    from sharing.audits.actions import Audit, Report, ReportLine
    from sharing.people.rules import Person

audit = group("audit")


def _json(session: Session, one: Audit) -> dict[str, Any]:
    words = session.dated
    return {
        "id": one.id,
        "location": values.location(words, one.scope),
        "opened_at": values.moment(words, one.opened_at),
        "closed_at": values.moment(words, one.closed_at),
        "seen": one.seen,
        "place": values.location(words, one.place) if one.place else None,
    }


def _one(session: Session, one: Audit) -> Answer:
    words = session.dated
    return Answer(
        {"audit": _json(session, one)},
        facts(
            session,
            [
                ("where", one.scope.where(words.language)),
                ("id", one.id),
                ("since", words.short_moment(one.opened_at)),
                ("place", one.place.where(words.language) if one.place else None),
            ],
        ),
    )


def _line(session: Session, one: ReportLine) -> dict[str, Any]:
    words = session.dated
    return {
        "finding": one.finding,
        "item": values.short_item(words, one.item) if one.item else None,
        "code": one.code,
        "place": values.location(words, one.place) if one.place else None,
        "home": values.location(words, one.home) if one.home else None,
        "at": values.moment(words, one.at),
        "settled": one.settled,
    }


def _report(session: Session, found: Report) -> Answer:
    from sharing.audits.rules import Finding

    words = session.dated
    data = {
        "audit": _json(session, found.audit),
        "expected": found.expected,
        "counts": {one.value: found.count(one) for one in Finding},
        "findings": [_line(session, one) for one in found.lines],
    }
    rows = [
        (
            _finding(session, one.finding.value),
            one.item.name(words.language) if one.item else one.code,
            one.place.where(words.language) if one.place else "",
            one.home.where(words.language) if one.home else "",
        )
        for one in found.lines
    ]
    count = words("audit.count", seen=found.count(Finding.SEEN), expected=found.expected)
    return Answer(data, [count, *table(session, ("finding", "name", "place", "home"), rows)])


def _finding(session: Session, finding: str) -> str:
    return session.words(f"finding.{finding}")


@command("list", audit)
@option("--open", "still_open", is_flag=True)
def list_(session: Session, *, still_open: bool) -> Answer:
    """List stock-takes, the newest first."""
    from sharing.audits.actions import audits

    words, found = session.dated, audits(session.store, still_open=still_open)
    rows = [
        (one.scope.where(words.language), words.short_moment(one.opened_at), str(one.seen), one.id)
        for one in found
    ]
    return Answer(
        {"audits": [_json(session, one) for one in found]},
        table(session, ("where", "since", "seen", "id"), rows),
    )


@command("open", audit, writes=True)
@option("--by", metavar="card")
@argument("location", metavar="LOCATION")
def open_(session: Session, location: str, by: str | None) -> Answer:
    """Begin to count what belongs at a place."""
    from sharing.audits.actions import open_audit

    place = finding.location(session, location)
    return _one(session, open_audit(session.store, _by(session, by), place.id, session.act()))


@command("scan", audit, writes=True)
@argument("audit", metavar="AUDIT")
@argument("text", metavar="TEXT")
def scan(session: Session, audit: str, text: str) -> Answer:
    """Note one scan: a place, or a thing that was seen there."""
    from sharing.audits.actions import scan_audit
    from sharing.texts import shown

    done, words = scan_audit(session.store, audit, finding.spoken(text), session.act()), session.dated
    data = {
        "audit": _json(session, done.audit),
        "place": values.location(words, done.place) if done.place else None,
        "item": values.short_item(words, done.item) if done.item else None,
        "finding": done.finding,
        "code": done.code,
    }
    if done.place:
        return Answer(data, [words("audit.place", place=shown(done.place.where(words.language)))])
    name = done.item.name(words.language) if done.item else done.code
    return Answer(data, [f"{_finding(session, str(done.finding))}: {shown(name)}"])


@command("close", audit, writes=True)
@option("--by", metavar="card")
@argument("audit", metavar="AUDIT")
def close(session: Session, audit: str, by: str | None) -> Answer:
    """Say that all is counted; what was not seen is missing from now on."""
    from sharing.audits.actions import close_audit

    return _report(session, close_audit(session.store, _by(session, by), audit, session.act()))


@command("report", audit)
@option("--csv", is_flag=True)
@argument("audit", metavar="AUDIT")
def report(session: Session, audit: str, *, csv: bool) -> Answer:
    """Show what a stock-take found so far."""
    from sharing.audits.actions import report as found_by
    from sharing.audits.actions import report_csv

    found = found_by(session.store, audit)
    answer = _report(session, found)
    if csv:
        answer.lines = report_csv(found, session.words.language).splitlines()
    return answer


@command("settle", audit, writes=True)
@option("--by", metavar="card")
@argument("audit", metavar="AUDIT")
@argument("item", metavar="ITEM")
def settle(session: Session, audit: str, item: str, by: str | None) -> Answer:
    """Say yes to one finding: a misplaced thing moves, a lent one is back, a missing one is lost."""
    from sharing.audits.actions import settle as agree

    (found,) = finding.items(session, (item,))
    line = agree(session.store, _by(session, by), audit, found.id, session.act())
    words = session.dated
    return Answer(
        {"settled": _line(session, line)},
        [f"{_finding(session, line.finding.value)}: {found.name(words.language)}"],
    )


def _by(session: Session, card: str | None) -> Person | None:
    """Give who takes stock; a card for stock-takes only does."""
    from sharing.people.rules import Right, Scope

    return finding.staff(session, card, Right.AUDIT, Scope.AUDIT)
