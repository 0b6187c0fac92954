"""Importing a list and exporting one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from sharing.catalogue.actions import new_code
from sharing.exchange.columns import What
from sharing.exchange.known import known
from sharing.exchange.people import fill_organisation, fill_person
from sharing.exchange.plan import Plan, Planned, begin
from sharing.exchange.reading import Sheet, read_sheet
from sharing.exchange.report import Report
from sharing.exchange.rooms import check_parts, fill_room
from sharing.exchange.things import check_tree, fill_thing, item_key
from sharing.exchange.writing import written
from sharing.journal.entry import Draft, encode
from sharing.journal.ids import nth_act
from sharing.journal.store import Reader, Store, Work
from sharing.terms.actions import terms_of

_FILL: Final[Mapping[What, Callable[[Plan, Planned], None]]] = {
    What.LOCATIONS: fill_thing,
    What.MODELS: fill_thing,
    What.ITEMS: fill_thing,
    What.ORGANISATIONS: fill_organisation,
    What.PERSONS: fill_person,
    What.ROOMS: fill_room,
}
_MOST_PARTS: Final = 100
_MOST_BYTES: Final = 48 * 1024
"""An act may have 120 KiB, and one line's entries on top of this must still fit."""


def import_file(store: Store, what: str, data: bytes, *, act: bytes, dry_run: bool = False) -> Report:
    """Import a list: the whole file in one transaction, or nothing of it.

    A line whose key is known changes that thing, where the line differs; the same file twice changes nothing.
    A column that is left out leaves its field alone, an empty cell empties it.

    Args:
        store: the house.
        what: "locations", "models", "organisations", "persons", "items" or "rooms".
        data: the file.
        act: id of this command.
        dry_run: only say what would happen.

    Raises:
        BadFile: it is no list at all (`reason`, `line`).
        BadValue: one line is too large for the journal.
    """
    kind = What(what)
    sheet = read_sheet(kind, data)
    wrong = () if sheet.wrong is None else (sheet.wrong,)
    if wrong and not sheet.rows:
        return Report(kind, wrong, dry_run)
    with store.begin() as work:
        plan = _planned(work, kind, sheet)
        report = Report(kind, (*wrong, *(one.line() for one in plan.lines)), dry_run)
        if report.done:
            for n, drafts in enumerate(_acts(plan)):
                work.append(nth_act(act, n), drafts)
    return report


def _planned(work: Work, what: What, sheet: Sheet) -> Plan:
    plan = Plan(what, known(work), work.new_hex, lambda kind: new_code(work, kind), terms_of(work).zone)
    for row in sheet.rows:
        key, held_by = str(row.values.get("key") or ""), None
        if what is What.ITEMS:
            key, held_by = item_key(plan.known, row.values)
        elif what is What.ROOMS:
            held_by = plan.known.ids[What.LOCATIONS].get(key)
        begin(plan, row, key, held_by)
    if what is What.LOCATIONS:
        check_tree(plan)
    for one in plan.lines:
        if one.values:
            _FILL[what](plan, one)
    if what is What.ROOMS:
        check_parts(plan)
    return plan


def _acts(plan: Plan) -> Iterator[list[Draft]]:
    """Give acts of whole lines, none larger than a frame bears."""
    drafts: list[Draft] = []
    size = 0
    for one in plan.lines:
        parts = [part for draft in one.drafts for part in (draft.data, draft.private) if part is not None]
        own = sum(len(encode(part)) for part in parts)
        if drafts and (size + own > _MOST_BYTES or len(drafts) + len(one.drafts) > _MOST_PARTS):
            yield drafts
            drafts, size = [], 0
        drafts.extend(one.drafts)
        size += own
    if drafts:
        yield drafts


def export_file(store: Store, what: str) -> bytes:
    """Give a list of what the house holds, in the shape that `import_file` reads.

    What never had a key is listed under its id. Erased persons are not listed.
    """
    with store.reader() as read:
        return export(read, What(what))


def export(read: Reader, what: What) -> bytes:
    """Give a list inside a transaction that is open."""
    return written(what, known(read), terms_of(read).zone)
