"""Taking stock: open, scan, close, report, and then settle what was found, each with a yes."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from sharing import codes
from sharing.audits.entries import (
    AuditActor,
    AuditCloseAsked,
    AuditClosed,
    AuditDeviceDone,
    AuditOpened,
    AuditPlace,
    AuditSeen,
)
from sharing.audits.reporting import (
    Audit,
    Report,
    ReportLine,
    audit_of,
    audits,
    finding_of,
    judged,
    report,
    report_csv,
    report_of,
)
from sharing.audits.rows import DeviceRow
from sharing.audits.rules import Finding, Sight
from sharing.catalogue import actions as catalogue
from sharing.catalogue.rules import Item, Location
from sharing.codes import CodeKind
from sharing.errors import AuditClosedAlready, CardIsNoThing, DoesNotExist, NoCode, ScanPlaceFirst
from sharing.journal.entry import Draft, Entry
from sharing.journal.store import Reader, Store, Work
from sharing.lending.actions import Return, check_in, find_again, mark_lost
from sharing.people.rules import Person, Right, check_right
from sharing.texts import shown

__all__ = [
    "Audit", "AuditScan", "Report", "ReportLine", "audits", "close_audit", "open_audit", "report",
    "report_csv", "scan_audit", "settle",
]  # fmt: skip

_LONGEST_CODE = 60


class AuditScan(msgspec.Struct, frozen=True):
    """What one scan in a stock-take was."""

    audit: Audit
    place: Location | None
    """Set if the scan chose the place that is counted from now on."""
    item: Item | None
    finding: Finding | None
    code: str


def open_audit(store: Store, staff: Person | None, location: str, act: bytes) -> Audit:
    """Begin to count what belongs at a location and the places inside it; counting starts there.

    Raises:
        NotAllowed: this person may not take stock.
        DoesNotExist: no such location.
    """
    check_right(staff, Right.AUDIT)
    with store.begin() as work:
        done = work.applied(act)
        if not done:
            catalogue.location(work, location)
            subject = f"audit:{work.new_hex()}"
            opened = Draft(subject, AuditOpened(scope=location), AuditActor(actor=staff.id if staff else ""))
            placed = Draft(subject, AuditPlace(device=store.node, k=1, place=location))
            done = work.append(act, [opened, placed])
        return audit_of(work, done[0].subject.removeprefix("audit:"), store.node)


def scan_audit(store: Store, audit: str, text: str, act: bytes) -> AuditScan:
    """Note one scan: a place is counted from now on, a thing was seen at the place counted now.

    Raises:
        NotReadable, NoCode: nothing was noted, scan it again.
        CardIsNoThing: a card; its number is not kept.
        AuditClosedAlready, DoesNotExist: there is no such open audit.
    """
    with store.begin() as work:
        if done := work.applied(act):
            return _again(work, audit, done[0])
        now = _open(work, audit, store.node)
        code, thing = _read(work, text)
        device = work.one(DeviceRow, f"{audit}/{store.node}")
        k = (device["k"] if device else 0) + 1
        if isinstance(thing, Location):
            work.append(act, [Draft(f"audit:{audit}", AuditPlace(device=store.node, k=k, place=thing.id))])
            return AuditScan(audit_of(work, audit, store.node), thing, None, None, code)
        if now.place is None:
            raise ScanPlaceFirst
        item = thing.id if thing else ""
        seen = AuditSeen(device=store.node, k=k, place=now.place.id, code=code, item=item)
        (entry,) = work.append(act, [Draft(f"audit:{audit}", seen)])
        return _seen(work, audit, seen, entry)


def _again(work: Work, audit: str, entry: Entry) -> AuditScan:
    """Answer a scan that was sent before, from what it wrote."""
    if entry.kind == AuditSeen.KIND:
        return _seen(work, audit, msgspec.json.decode(entry.data, type=AuditSeen), entry)
    place = catalogue.location(work, msgspec.json.decode(entry.data, type=AuditPlace).place)
    return AuditScan(audit_of(work, audit, work.store.node), place, None, None, place.code or "")


def _seen(work: Work, audit: str, seen: AuditSeen, entry: Entry) -> AuditScan:
    item = catalogue.item(work, seen.item) if seen.item else None
    finding = finding_of(work, audit, seen, Sight(seen.code, seen.item, seen.place, entry.at))
    return AuditScan(audit_of(work, audit, work.store.node), None, item, finding, seen.code)


def _read(work: Reader, text: str) -> tuple[str, Item | Location | None]:
    try:
        code = codes.read(text)
    except NoCode:
        if codes.foreign(text) is None:
            raise
        return shown(text, limit=_LONGEST_CODE), catalogue.thing_by_barcode(work, text)
    if codes.kind_of(code) in {CodeKind.PERSON_CARD, CodeKind.ROLE_CARD}:
        raise CardIsNoThing
    return code, catalogue.thing_by_code(work, code)


def close_audit(store: Store, staff: Person | None, audit: str, act: bytes) -> Report:
    """Say that all is counted: what belongs there and was not seen is missing from now on.

    Raises:
        NotAllowed: this person may not take stock.
        AuditClosedAlready, DoesNotExist: there is no such open audit.
    """
    check_right(staff, Right.AUDIT)
    with store.begin() as work:
        if not work.applied(act):
            _open(work, audit, store.node)
            subject, device = f"audit:{audit}", work.one(DeviceRow, f"{audit}/{store.node}")
            drafts = [
                Draft(subject, AuditDeviceDone(device=store.node, count=device["k"] if device else 0)),
                Draft(
                    subject, AuditCloseAsked(), AuditActor(actor=staff.id if staff else ""), nature="request"
                ),
            ]
            if work.is_home():
                missing = tuple(one.item for one in judged(work, audit) if one.finding is Finding.MISSING)
                epoch, n = work.verdict_stamp()
                closed = AuditClosed(group="house", home_epoch=epoch, n=n, missing=missing)
                drafts.append(Draft(subject, closed, nature="verdict"))
            work.append(act, drafts)
        return report_of(work, audit, store.node)


def settle(store: Store, staff: Person | None, audit: str, item: str, act: bytes) -> ReportLine:
    """Say yes to one finding: a misplaced thing moves, a lent one is back, a missing one is lost.

    Raises:
        NotAllowed: this person may not take stock.
        DoesNotExist: the audit found nothing to settle about this thing.
    """
    check_right(staff, Right.AUDIT)
    with store.begin() as work:
        if work.applied(act):
            return _line_about(report_of(work, audit, store.node), item)
    line = next(
        (one for one in report(store, audit).lines if one.item and one.item.id == item and not one.settled),
        None,
    )
    if line is None or line.item is None:
        raise DoesNotExist(what="finding", value=item)
    steps: dict[Finding, Callable[[], object]] = {
        Finding.MISPLACED: lambda: catalogue.change_item(
            store, item, act=act, home=line.place.id if line.place else ""
        ),
        Finding.ON_LOAN_BUT_HERE: lambda: check_in(store, Return(act, (item,), actor=staff)),
        Finding.MISSING: lambda: mark_lost(store, staff, item, act),
        Finding.SEEN: lambda: find_again(store, item, act),
    }
    steps[line.finding]()
    return _line_about(report(store, audit), item)


def _line_about(found: Report, item: str) -> ReportLine:
    for line in found.lines:
        if line.item is not None and line.item.id == item:
            return line
    raise DoesNotExist(what="finding", value=item)


def _open(read: Reader, audit: str, device: str) -> Audit:
    found = audit_of(read, audit, device)
    if found.closed_at is not None:
        raise AuditClosedAlready
    return found
