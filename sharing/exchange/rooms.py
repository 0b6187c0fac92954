"""Lines that make rooms of the house's places rooms that are booked, and how they are written again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from sharing.catalogue.rules import LocationKind
from sharing.errors import BadValue, DoesNotExist
from sharing.exchange.columns import What
from sharing.exchange.known import Known
from sharing.exchange.plan import Plan, Planned
from sharing.rooms.drafts import room_draft
from sharing.rooms.fields import CHECKS, check_lengths
from sharing.rooms.hours import days_text, hours_text, read_days, read_hours
from sharing.rooms.rows import NEW_ROOM
from sharing.rooms.rules import Quota
from sharing.terms.rules import Hours
from sharing.texts import Text, Texts

_QUOTA: Final = Quota.__struct_fields__
_PLAIN: Final = (
    "capacity", "features", "before_min", "after_min", "shortest_min", "longest_min", "ahead_days",
    "approval", "no_show_min", "checklist", "bookable",
)  # fmt: skip


def fill_room(plan: Plan, one: Planned) -> None:
    """Say what a line changes about a room; its place must be there."""
    with one.column("key"):
        _check_place(plan, one)
    wanted: dict[str, Any] = {}
    for field in _PLAIN:
        if field in one.values:
            with one.column(field):
                wanted[field] = CHECKS[field](field, one.values[field])
    _say_when(one, wanted)
    _say_references(plan, one, wanted)
    _say_quota(one, wanted)
    _say_price(one, wanted)
    with one.column("shortest_min"):
        before = one.before or NEW_ROOM
        check_lengths(*(wanted.get(name, before[name]) for name in ("shortest_min", "longest_min")))
    if one.problems:
        return
    made = room_draft(one.of, wanted, one.before)
    if made is not None:
        one.say(made[0], *made[1])


def _check_place(plan: Plan, one: Planned) -> None:
    place = plan.known.rows[What.LOCATIONS].get(one.of)
    if place is None:
        raise DoesNotExist(what="location", value=one.key[:80])
    if place["kind"] != LocationKind.ROOM:
        raise BadValue(field="key", value=one.key[:80], expected=str(LocationKind.ROOM))


def _say_when(one: Planned, wanted: dict[str, Any]) -> None:
    if "hours" in one.values:
        with one.column("hours"):
            wanted["hours"] = read_hours("hours", str(one.values["hours"]))
    if "closing_days" in one.values:
        with one.column("closing_days"):
            days = read_days("closing_days", one.values["closing_days"])
            wanted["closing_days"] = CHECKS["closing_days"]("closing_days", days)


def _say_references(plan: Plan, one: Planned, wanted: dict[str, Any]) -> None:
    if "parts" in one.values:
        with one.column("parts"):
            parts = [plan.id_of(What.LOCATIONS, key) for key in one.values["parts"]]
            wanted["parts"] = CHECKS["parts"]("parts", () if parts == [one.of] else parts)
    if "key_item" in one.values:
        with one.column("key_item"):
            wanted["key_item"] = plan.id_of(What.ITEMS, str(one.values["key_item"])) or None


def _say_quota(one: Planned, wanted: dict[str, Any]) -> None:
    said = {name: one.values[name] for name in _QUOTA if name in one.values}
    for name, value in said.items():
        with one.column(name):
            CHECKS["quota"](name, Quota(**{name: value}))
    if said and not one.problems:
        before = msgspec.json.decode((one.before or NEW_ROOM)["quota"], type=Quota)
        wanted["quota"] = msgspec.structs.replace(before, **said)


def _say_price(one: Planned, wanted: dict[str, Any]) -> None:
    said = one.values.get("price")
    if said is None:
        return
    kept = dict(Texts.from_json((one.before or NEW_ROOM)["price"]).said)
    for language, text in said.items():
        with one.column(f"price.{language}"):
            cleaned = CHECKS["price"]("price", Texts({language: Text(text)})).best(language)
            if language not in kept or kept[language].text != cleaned:
                kept[language] = Text(cleaned)
    wanted["price"] = Texts({language: text for language, text in kept.items() if text.text})


def check_parts(plan: Plan) -> None:
    """Refuse lines whose room would consist of what is no single room, however many lines it takes."""
    consist = {of: _strings(row["parts"]) for of, row in plan.known.rows[What.ROOMS].items()}
    places = plan.known.ids[What.LOCATIONS]
    said = [one for one in plan.lines if isinstance(one.values.get("parts"), tuple)]
    for one in said:
        consist[one.of] = tuple(places.get(key, "") for key in one.values["parts"])
    for one in said:
        with one.column("parts"):
            for part in consist[one.of]:
                kind = plan.known.rows[What.LOCATIONS].get(part, {}).get("kind", LocationKind.ROOM)
                alone = set(consist.get(part, ())) <= {part}
                if kind != LocationKind.ROOM or not alone or (part == one.of and len(consist[part]) > 1):
                    value = ",".join(one.values["parts"])[:80]
                    raise BadValue(field="parts", value=value, expected="saal-a,saal-b")


def room_values(known: Known, row: Mapping[str, Any]) -> dict[str, Any]:
    """Give a room's fields as its columns hold them."""
    hours = row["hours"]
    quota = msgspec.json.decode(row["quota"], type=Quota)
    return {
        **row,
        "parts": sorted(known.keys.get(one, one) for one in _strings(row["parts"])),
        "features": _strings(row["features"]),
        "hours": hours_text(_week(hours) if hours is not None else None),
        "closing_days": days_text(msgspec.json.decode(row["closing_days"], type=dict[str, str])),
        "approval": bool(row["approval"]),
        "price": Texts.from_json(row["price"]),
        "checklist": _strings(row["checklist"]),
        "key_item": known.keys.get(row["key_item"] or "", row["key_item"] or ""),
        "bookable": bool(row["bookable"]),
        **msgspec.structs.asdict(quota),
    }


_strings: Final = msgspec.json.Decoder(tuple[str, ...]).decode
_week: Final = msgspec.json.Decoder(dict[int, tuple[Hours, ...]]).decode
