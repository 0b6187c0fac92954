"""What a stock-take found: as it was when each thing was seen, whatever became of the things since."""

from __future__ import annotations

import csv
import io

import msgspec

from sharing.audits.entries import AuditSeen
from sharing.audits.rows import AuditRow, DeviceRow, Sighting
from sharing.audits.rules import Finding, Found, Home, Sight, judge
from sharing.catalogue import actions as catalogue
from sharing.catalogue.rows import ItemRow
from sharing.catalogue.rules import Item, Location
from sharing.errors import DoesNotExist
from sharing.journal.entry import Instant
from sharing.journal.store import Reader, Store
from sharing.lending.looking import standing_of
from sharing.texts import guarded, shown


class Audit(msgspec.Struct, frozen=True):
    """One stock-take."""

    id: str
    scope: Location
    opened_at: Instant
    closed_at: Instant | None
    seen: int
    """Different labels scanned so far, on all devices."""
    place: Location | None = None
    """Where this device counts now."""


class ReportLine(msgspec.Struct, frozen=True):
    """One finding, with what it is about."""

    finding: Finding
    item: Item | None
    code: str
    place: Location | None
    home: Location | None
    at: Instant | None
    settled: bool
    """Somebody said yes, and the tables agree with the shelf now."""
    lost: bool = False
    """The thing is written down as lost now."""


class Report(msgspec.Struct, frozen=True):
    """What a stock-take found so far."""

    audit: Audit
    expected: int
    lines: tuple[ReportLine, ...]

    def count(self, finding: Finding) -> int:
        """Count one kind of finding."""
        return sum(1 for line in self.lines if line.finding is finding)


def report(store: Store, audit: str) -> Report:
    """Give what an audit found so far.

    Raises:
        DoesNotExist: no such audit.
    """
    with store.reader() as read:
        return report_of(read, audit, store.node)


def audits(store: Store, *, still_open: bool = False) -> list[Audit]:
    """List audits, the newest first."""
    where = AuditRow.closed_at.is_null() if still_open else AuditRow.id.is_null(False)
    with store.reader() as read:
        rows = read.select(AuditRow.select().where(where).order_by(AuditRow.opened_at.desc()))
        return [audit_of(read, row["id"], store.node) for row in rows]


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
        writer.writerow([guarded(shown(str(cell))) for cell in row])
    return out.getvalue()


def audit_of(read: Reader, audit: str, device: str) -> Audit:
    """Give an audit as one device sees it.

    Raises:
        DoesNotExist: no such audit.
    """
    row = read.one(AuditRow, audit)
    if row is None:
        raise DoesNotExist(what="audit", value=audit)
    here = read.one(DeviceRow, f"{audit}/{device}")
    seen = read.rows("SELECT COUNT(DISTINCT code) FROM sighting WHERE audit = ?", (audit,))[0][0]
    place = catalogue.location(read, here["place"]) if here and here["place"] else None
    scope = catalogue.location(read, row["scope"])
    return Audit(audit, scope, row["opened_at"], row["closed_at"], seen, place)


def finding_of(read: Reader, audit: str, seen: AuditSeen, sight: Sight) -> Finding:
    """Judge one scan by itself, so that the thousandth costs what the first did."""
    column, value = ("item", sight.item) if sight.item else ("code", sight.code)
    sql = f"SELECT 1 FROM sighting WHERE audit = ? AND {column} = ? AND at <= ? AND id <> ? LIMIT 1"  # noqa: S608 one of two words
    if read.rows(sql, (audit, value, sight.at, f"{audit}/{seen.device}/{seen.k}")):
        return Finding.DUPLICATE
    homes = {sight.item: _home_at(read, catalogue.item(read, sight.item), sight.at)} if sight.item else {}
    places = {sight.place: catalogue.places_in(read, sight.place)}
    return judge([sight], homes, (), places)[0].finding


def judged(read: Reader, audit: str) -> tuple[Found, ...]:
    """Put what was seen beside what belongs there.

    Raises:
        DoesNotExist: no such audit.
    """
    row = read.one(AuditRow, audit)
    if row is None:
        raise DoesNotExist(what="audit", value=audit)
    order = (Sighting.at, Sighting.device, Sighting.k)
    seen = read.select(Sighting.select().where(Sighting.audit == audit).order_by(*order))
    sights = [Sight(one["code"], one["item"], one["place"], one["at"]) for one in seen]
    first = {sight.item: sight.at for sight in reversed(sights) if sight.item}
    if row["missing"] is None:
        belongs = {one.id: one for one in catalogue.items_at(read, row["scope"])}
        homes = {one: _home(read, item) for one, item in belongs.items() if one not in first}
    else:
        gone = msgspec.json.decode(row["missing"], type=tuple[str, ...])
        homes = {one: Home(catalogue.item(read, one).home, on_loan=False) for one in gone if one not in first}
    expected = frozenset(homes)
    homes |= {one: _home_at(read, catalogue.item(read, one), at) for one, at in first.items()}
    places = {one: catalogue.places_in(read, one) for one in {sight.place for sight in sights}}
    return judge(sights, homes, expected, places)


def _home(read: Reader, item: Item) -> Home:
    """Say where a thing belongs, and whether it need not be there: it is out, or kept at the desk."""
    standing = standing_of(read, item.id)
    return Home(item.home, on_loan=standing.line is not None or standing.set_aside)


def _home_at(read: Reader, item: Item, at: Instant) -> Home:
    """Say where a thing belonged when it was seen; what got another home since is in no wrong place."""
    row = read.one(ItemRow, item.id)
    written = msgspec.json.decode(row["written"], type=dict[str, str]).get("home", "") if row else ""
    moved = bool(written) and _written_at(written) > at
    return Home(None if moved else item.home, on_loan=_line_at(read, item.id, at) is not None)


def _written_at(entry: str) -> Instant:
    """Read from an entry's id (UUIDv7) when it was written."""
    return int(entry[:12], 16)


def _line_at(read: Reader, item: str, at: Instant) -> tuple[str, Instant | None] | None:
    """Give the line (id, when it came back) on which a thing was out at an instant."""
    rows = read.rows(
        "SELECT id, back_at FROM loan_line WHERE subject = ? AND out_at <= ?"
        " AND (back_at IS NULL OR back_at > ?) ORDER BY out_at DESC LIMIT 1",
        (f"item:{item}", at, at),
    )
    return (rows[0][0], rows[0][1]) if rows else None


def _handled_since(read: Reader, item: str, at: Instant | None) -> bool:
    """Tell whether a missing thing went over the desk after the audit was closed: so it is not missing."""
    sql = "SELECT 1 FROM loan_line WHERE subject = ? AND (out_at >= ? OR back_at >= ?) LIMIT 1"
    return at is not None and bool(read.rows(sql, (f"item:{item}", at, at)))


def report_of(read: Reader, audit: str, device: str) -> Report:
    """Give the report inside a transaction that is open.

    Raises:
        DoesNotExist: no such audit.
    """
    found, known = judged(read, audit), audit_of(read, audit, device)
    expected = len(catalogue.items_at(read, known.scope.id))
    lines = (_line(read, one, known.closed_at) for one in found)
    return Report(known, expected, tuple(sorted(lines, key=_as_searched)))


def _as_searched(line: ReportLine) -> tuple[bool, str, str, int, str]:
    """Leave what was seen in its order; put what is missing in the order in which somebody looks for it."""
    if line.finding is not Finding.MISSING or line.item is None:
        return False, "", "", 0, ""
    where = line.home.where("de") if line.home else ""
    return True, where, line.item.model.names.best("de"), len(line.item.number), line.item.number


def _line(read: Reader, found: Found, closed_at: Instant | None) -> ReportLine:
    item = catalogue.item(read, found.item) if found.item else None
    home = catalogue.location(read, item.home) if item and item.home else None
    place = catalogue.location(read, found.place) if found.place else None
    settled = _settled(read, found, closed_at)
    lost = bool(found.item) and standing_of(read, found.item).lost
    return ReportLine(found.finding, item, found.code, place, home, found.at, settled, lost)


_NEVER_SETTLED = frozenset({Finding.MISPLACED, Finding.UNKNOWN, Finding.DUPLICATE})
"""What moved to where it was seen is in place; of a label that nobody knows nothing can be said."""


def _settled(read: Reader, found: Found, closed_at: Instant | None) -> bool:
    if found.finding in _NEVER_SETTLED:
        return False
    if found.finding is Finding.ON_LOAN_BUT_HERE and found.at is not None:
        line = _line_at(read, found.item, found.at)
        return line is None or line[1] is not None
    lost = bool(found.item) and standing_of(read, found.item).lost
    if found.finding is Finding.MISSING:
        return lost or _handled_since(read, found.item, closed_at)
    return not lost
