"""Taking stock: open, scan, close, report, and then settle what was found, each with a yes."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass

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
from sharing.audits.rows import AuditRow, DeviceRow, Sighting
from sharing.audits.rules import Finding, Found, Home, Sight, judge
from sharing.catalogue import actions as catalogue
from sharing.catalogue.rules import Item, Location
from sharing.codes import CodeKind
from sharing.errors import AuditClosedAlready, CardIsNoThing, DoesNotExist, NoCode, ScanPlaceFirst
from sharing.journal.entry import Draft, Instant
from sharing.journal.store import Reader, Store
from sharing.lending.actions import Return, check_in, find_again, mark_lost
from sharing.lending.looking import standing_of
from sharing.people.rules import Person, Right, check_right
from sharing.texts import shown

_LONGEST_CODE = 60


@dataclass(frozen=True, slots=True)
class Audit:
    """One stock-take."""

    id: str
    scope: Location
    opened_at: Instant
    closed_at: Instant | None
    seen: int
    """Labels scanned so far, on all devices."""
    place: Location | None = None
    """Where this device counts now."""


@dataclass(frozen=True, slots=True)
class AuditScan:
    """What one scan in a stock-take was."""

    audit: Audit
    place: Location | None
    """Set if the scan chose the place that is counted from now on."""
    item: Item | None
    finding: Finding | None
    code: str


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One finding, with what it is about."""

    finding: Finding
    item: Item | None
    code: str
    place: Location | None
    home: Location | None
    at: Instant | None
    settled: bool
    """Somebody said yes, and the tables agree with the shelf now."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a stock-take found so far."""

    audit: Audit
    expected: int
    lines: tuple[ReportLine, ...]

    def count(self, finding: Finding) -> int:
        """Count one kind of finding."""
        return sum(1 for line in self.lines if line.finding is finding)


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
        return _audit(work, done[0].subject.removeprefix("audit:"), store.node)


def scan_audit(store: Store, audit: str, text: str, act: bytes) -> AuditScan:
    """Note one scan: a place is counted from now on, a thing was seen at the place counted now.

    Raises:
        NotReadable, NoCode: nothing was noted, scan it again.
        CardIsNoThing: a card; its number is not kept.
        AuditClosedAlready, DoesNotExist: there is no such open audit.
    """
    with store.begin() as work:
        now = _open(work, audit, store.node)
        code, thing = _read(work, text)
        device = work.one(DeviceRow, f"{audit}/{store.node}")
        k = (device["k"] if device else 0) + 1
        if isinstance(thing, Location):
            work.append(act, [Draft(f"audit:{audit}", AuditPlace(device=store.node, k=k, place=thing.id))])
            return AuditScan(_audit(work, audit, store.node), thing, None, None, code)
        if now.place is None:
            raise ScanPlaceFirst
        item = thing.id if thing else ""
        seen = AuditSeen(device=store.node, k=k, place=now.place.id, code=code, item=item)
        finding = _finding(work, audit, Sight(code, item, now.place.id, work.now), thing)
        work.append(act, [Draft(f"audit:{audit}", seen)])
        return AuditScan(_audit(work, audit, store.node), None, thing, finding, code)


def _finding(read: Reader, audit: str, sight: Sight, item: Item | None) -> Finding:
    """Judge one scan by itself, so that the thousandth costs what the first did."""
    column, value = ("item", sight.item) if item else ("code", sight.code)
    sql = f"SELECT 1 FROM sighting WHERE audit = ? AND {column} = ? LIMIT 1"  # noqa: S608 one of two words
    if read.rows(sql, (audit, value)):
        return Finding.DUPLICATE
    homes = {item.id: _home(read, item)} if item else {}
    places = {sight.place: catalogue.places_in(read, sight.place)}
    return judge([sight], homes, (), places)[0].finding


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
                missing = tuple(one.item for one in _judged(work, audit) if one.finding is Finding.MISSING)
                epoch, n = work.verdict_stamp()
                closed = AuditClosed(group="house", home_epoch=epoch, n=n, missing=missing)
                drafts.append(Draft(subject, closed, nature="verdict"))
            work.append(act, drafts)
        return _report(work, audit, store.node)


def report(store: Store, audit: str) -> Report:
    """Give what an audit found so far.

    Raises:
        DoesNotExist: no such audit.
    """
    with store.reader() as read:
        return _report(read, audit, store.node)


def audits(store: Store, *, still_open: bool = False) -> list[Audit]:
    """List audits, the newest first."""
    where = AuditRow.closed_at.is_null() if still_open else AuditRow.id.is_null(False)
    with store.reader() as read:
        rows = read.select(AuditRow.select().where(where).order_by(AuditRow.opened_at.desc()))
        return [_audit(read, row["id"], store.node) for row in rows]


def settle(store: Store, staff: Person | None, audit: str, item: str, act: bytes) -> ReportLine:
    """Say yes to one finding: a misplaced thing moves, a lent one is back, a missing one is lost.

    Raises:
        NotAllowed: this person may not take stock.
        DoesNotExist: the audit found nothing to settle about this thing.
    """
    check_right(staff, Right.AUDIT)
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
    return next(one for one in report(store, audit).lines if one.item and one.item.id == item)


def report_csv(found: Report, language: str) -> str:
    """Write the report as CSV (RFC 4180), a line a finding, for a spreadsheet."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(("finding", "item", "key", "code", "seen_at", "home", "at", "settled"))
    for line in found.lines:
        name = line.item.name(language) if line.item else ""
        row = (
            line.finding.value, name, line.item.key if line.item else "", line.code,
            line.place.where(language) if line.place else "", line.home.where(language) if line.home else "",
            line.at or "", int(line.settled),
        )  # fmt: skip
        writer.writerow([_harmless(str(cell)) for cell in row])
    return out.getvalue()


def _harmless(cell: str) -> str:
    """Keep a spreadsheet from running what somebody typed as a name."""
    plain = shown(cell)
    return f"'{plain}" if plain.startswith(("=", "+", "-", "@")) else plain


def _open(read: Reader, audit: str, device: str) -> Audit:
    found = _audit(read, audit, device)
    if found.closed_at is not None:
        raise AuditClosedAlready
    return found


def _audit(read: Reader, audit: str, device: str) -> Audit:
    row = read.one(AuditRow, audit)
    if row is None:
        raise DoesNotExist(what="audit", value=audit)
    here = read.one(DeviceRow, f"{audit}/{device}")
    seen = read.rows("SELECT COUNT(*) FROM sighting WHERE audit = ?", (audit,))[0][0]
    place = catalogue.location(read, here["place"]) if here and here["place"] else None
    scope = catalogue.location(read, row["scope"])
    return Audit(audit, scope, row["opened_at"], row["closed_at"], seen, place)


def _judged(read: Reader, audit: str) -> tuple[Found, ...]:
    row = read.one(AuditRow, audit)
    if row is None:
        raise DoesNotExist(what="audit", value=audit)
    order = (Sighting.at, Sighting.device, Sighting.k)
    seen = read.select(Sighting.select().where(Sighting.audit == audit).order_by(*order))
    sights = [Sight(one["code"], one["item"], one["place"], one["at"]) for one in seen]
    belongs = {one.id: one for one in catalogue.items_at(read, row["scope"])}
    if row["missing"] is None:
        expected = set(belongs)
    else:
        expected = {one for one in belongs if any(one == sight.item for sight in sights)}
        expected |= set(msgspec.json.decode(row["missing"], type=tuple[str, ...]))
    everything = expected | {one.item for one in sights if one.item}
    homes = {one: _home(read, belongs.get(one) or catalogue.item(read, one)) for one in everything}
    places = {one: catalogue.places_in(read, one) for one in {sight.place for sight in sights}}
    return judge(sights, homes, expected, places)


def _home(read: Reader, item: Item) -> Home:
    standing = standing_of(read, item.id)
    return Home(item.home, on_loan=standing.line is not None)


def _report(read: Reader, audit: str, device: str) -> Report:
    found, known = _judged(read, audit), _audit(read, audit, device)
    expected = len(catalogue.items_at(read, known.scope.id))
    return Report(known, expected, tuple(_line(read, one) for one in found))


def _line(read: Reader, found: Found) -> ReportLine:
    item = catalogue.item(read, found.item) if found.item else None
    home = catalogue.location(read, item.home) if item and item.home else None
    place = catalogue.location(read, found.place) if found.place else None
    lost = item is not None and standing_of(read, item.id).lost
    to_settle = {Finding.MISPLACED, Finding.ON_LOAN_BUT_HERE, Finding.MISSING}
    settled = lost if found.finding is Finding.MISSING else found.finding not in to_settle and not lost
    return ReportLine(found.finding, item, found.code, place, home, found.at, settled)
