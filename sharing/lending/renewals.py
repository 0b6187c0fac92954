"""How renewals that were asked and answered fold into lines, and into what somebody has to be told."""

from __future__ import annotations

from collections.abc import Mapping

from sharing.journal.entry import Entry, Shape
from sharing.journal.folding import Fold, Rows
from sharing.journal.ids import uuid5
from sharing.journal.tables import Matter
from sharing.lending.entries import RenewalAsked, RenewalDecided, RenewalSeen
from sharing.lending.tables import Line, Renewal

OF_NOTHING = "renewal_of_nothing"


def renewal_asked(rows: Rows, entry: Entry, data: RenewalAsked) -> None:
    """Show what was asked for until the home has answered."""
    line = rows.get(Line, data.line)
    if line is None or line["back_at"] is not None:
        rows.case(OF_NOTHING, entry, about=data.line)
        return
    rows.put(Line, data.line, asked_due=data.due)
    rows.put(Renewal, entry.hex, line=data.line, due=data.due, asked_at=entry.at)


def renewal_decided(rows: Rows, entry: Entry, data: RenewalDecided) -> None:
    """Let the home's word stand; whoever was told no stays on the list until they have seen it."""
    asked = _asked(rows, entry, data)
    known = rows.get(Renewal, asked) if asked else None
    if data.declined:
        _declined(rows, entry, data, asked)
    elif known is not None:
        rows.drop(Renewal, asked)
    line = rows.get(Line, data.line)
    if line is None:
        return  # undone, or still on its way, and then this is folded again
    longer = not data.declined and data.due > line["due"]
    due = line["due"] if data.declined else max(data.due, line["out_at"] + 1)
    other = known is not None and line["asked_due"] != known["due"]
    rows.put(
        Line, data.line, due=due, renewals=line["renewals"] + int(longer),
        asked_due=line["asked_due"] if other else None,
    )  # fmt: skip


def _asked(rows: Rows, entry: Entry, data: RenewalDecided) -> str:
    """Give the request that is answered: a home that answers itself has it just before, in the same act."""
    if data.decides:
        return data.decides
    before = (one.hex() for one in entry.predecessors)
    return next((one for one in before if rows.get(Renewal, one) is not None), "")


def _declined(rows: Rows, entry: Entry, data: RenewalDecided, asked: str) -> None:
    """Leave one case for it, whether or not the request made none of sense already."""
    if _is_id(asked):
        rows.drop(Matter, uuid5(OF_NOTHING, bytes.fromhex(asked)).hex())
        known = rows.get(Renewal, asked) or {"line": data.line, "due": data.due, "asked_at": entry.at}
        rows.put(Renewal, asked, **{**known, "declined": data.declined, "declined_at": entry.at})
    rows.case("renewal_declined", entry, about=data.declined)


def _is_id(text: str) -> bool:
    return len(text) == 32 and set(text) <= set("0123456789abcdef")  # noqa: PLR2004 hex digits of an id


def renewal_seen(rows: Rows, _entry: Entry, data: RenewalSeen) -> None:
    """Whoever asked has seen the answer."""
    known = rows.get(Renewal, data.asked)
    if known is not None and known["declined"] is not None:
        rows.drop(Renewal, data.asked)


FOLDS: Mapping[type[Shape], Fold] = {
    RenewalAsked: renewal_asked,
    RenewalDecided: renewal_decided,
    RenewalSeen: renewal_seen,
}
