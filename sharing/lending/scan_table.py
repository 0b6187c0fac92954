"""What a scan does: one table from (what was scanned, is a visit open) to one step; see docs/scan.md."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Step(StrEnum):
    """What a scan led to, as the screen, the command line and the sounds know it."""

    SHOWN = "shown"
    LENT = "lent"
    GIVEN_BACK = "given_back"
    GIVEN_BACK_OFFERED = "given_back_offered"
    """Another's thing came back, and may be taken now."""
    ASK_BACK_OR_EXTEND = "ask_back_or_extend"
    ALREADY_YOURS = "already_yours"
    ALREADY_GIVEN_BACK = "already_given_back"
    """Given back in this visit; nothing changes unless "take again" is pressed."""
    JUST_BACK = "just_back"
    """Came back in the last minute, so no card lends it."""
    RESERVED = "reserved"
    RESERVED_FOR_ANOTHER = "reserved_for_another"
    SET_ASIDE = "set_aside"
    """Something is missing; the thing is kept at the desk for this person."""
    MISSING = "missing"
    """Set aside for this person already: says what is missing."""
    KEPT_AT_DESK = "kept_at_desk"
    REFUSED = "refused"
    FOUND = "found"
    HOW_MANY_FREE = "how_many_free"
    HOW_MANY = "how_many"
    ROOM = "room"
    PLACE = "place"
    SLIP = "slip"
    VISIT_OPENED = "visit_opened"
    VISIT_ENDED = "visit_ended"
    VISIT_CHANGED = "visit_changed"
    STAFF_PIN = "staff_pin"
    """A staff card: the PIN opens the staff desk, or completes what is set aside."""
    SAME_AGAIN = "same_again"
    """The same label twice within three seconds is one scan."""


class Seen(StrEnum):
    """What the label or card turned out to be, seen from this visit."""

    FREE = "free"
    JUST_BACK = "just_back"
    BACK_IN_THIS_VISIT = "back_in_this_visit"
    OUT_MINE_BEFORE = "out_mine_before"
    OUT_MINE_NOW = "out_mine_now"
    OUT = "out"
    """Out with another; without a visit with anybody."""
    RESERVED_FOR_ME = "reserved_for_me"
    RESERVED_FOR_ANOTHER = "reserved_for_another"
    SET_ASIDE_MINE = "set_aside_mine"
    SET_ASIDE = "set_aside"
    CANNOT_LEAVE = "cannot_leave"
    """Blocked, damaged, or never lent."""
    LOST = "lost"
    STOCK = "stock"
    ROOM = "room"
    PLACE = "place"
    SLIP = "slip"
    OWN_CARD = "own_card"
    CARD = "card"
    """Another's card; without a visit any visitor's."""
    STAFF_CARD = "staff_card"
    UNKNOWN = "unknown"
    """No code, wrong check digits, unknown, or a card that opens nothing."""


_NO_VISIT: Final = {
    Seen.FREE: Step.SHOWN,
    Seen.JUST_BACK: Step.JUST_BACK,
    Seen.OUT: Step.GIVEN_BACK,
    Seen.RESERVED_FOR_ANOTHER: Step.RESERVED,
    Seen.SET_ASIDE: Step.KEPT_AT_DESK,
    Seen.CANNOT_LEAVE: Step.REFUSED,
    Seen.LOST: Step.FOUND,
    Seen.STOCK: Step.HOW_MANY_FREE,
    Seen.ROOM: Step.ROOM,
    Seen.PLACE: Step.PLACE,
    Seen.SLIP: Step.SLIP,
    Seen.CARD: Step.VISIT_OPENED,
    Seen.STAFF_CARD: Step.STAFF_PIN,
    Seen.UNKNOWN: Step.REFUSED,
}
_VISIT: Final = {
    Seen.FREE: Step.LENT,
    Seen.JUST_BACK: Step.LENT,
    Seen.BACK_IN_THIS_VISIT: Step.ALREADY_GIVEN_BACK,
    Seen.OUT_MINE_BEFORE: Step.ASK_BACK_OR_EXTEND,
    Seen.OUT_MINE_NOW: Step.ALREADY_YOURS,
    Seen.OUT: Step.GIVEN_BACK_OFFERED,
    Seen.RESERVED_FOR_ME: Step.LENT,
    Seen.RESERVED_FOR_ANOTHER: Step.RESERVED_FOR_ANOTHER,
    Seen.SET_ASIDE_MINE: Step.MISSING,
    Seen.SET_ASIDE: Step.KEPT_AT_DESK,
    Seen.CANNOT_LEAVE: Step.REFUSED,
    Seen.LOST: Step.FOUND,
    Seen.STOCK: Step.HOW_MANY,
    Seen.ROOM: Step.ROOM,
    Seen.PLACE: Step.PLACE,
    Seen.SLIP: Step.SLIP,
    Seen.OWN_CARD: Step.VISIT_ENDED,
    Seen.CARD: Step.VISIT_CHANGED,
    Seen.STAFF_CARD: Step.STAFF_PIN,
    Seen.UNKNOWN: Step.REFUSED,
}
SCAN_TABLE: Final[Mapping[tuple[Seen, bool], Step]] = MappingProxyType(
    {(what, False): step for what, step in _NO_VISIT.items()}
    | {(what, True): step for what, step in _VISIT.items()}
)
"""Keyed by what was scanned and whether a visit is open. LENT becomes SET_ASIDE if something is missing."""
