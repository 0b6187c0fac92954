"""Lines that speak of models, items and locations."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from sharing import codes
from sharing.catalogue.drafts import change, claim
from sharing.catalogue.entries import BlockedPrivate, ItemBlocked, ItemUnblocked
from sharing.catalogue.fields import CHECKS, LONG_LIMIT, NAME_LIMIT, clean_text
from sharing.catalogue.rules import BlockReason, LocationKind, claim_key, code_kind
from sharing.codes import CodeKind
from sharing.errors import BadValue, EmptyCell, MissingColumn, Refusal, Taken, TwiceInFile
from sharing.exchange.columns import What
from sharing.exchange.known import SUBJECTS, Known
from sharing.exchange.plan import Plan, Planned
from sharing.journal.entry import Draft
from sharing.texts import Text, Texts

_REFERENCES: Final = {"model": What.MODELS, "home": What.LOCATIONS, "parent": What.LOCATIONS}
_LIMITS: Final = {"names": (NAME_LIMIT, False), "how_to": (LONG_LIMIT, True)}
_ELSEWHERE: Final = frozenset({"key", "code", "barcode", "blocked", "blocked_note"})
_MUST: Final = {What.MODELS: ("names",), What.LOCATIONS: ("names", "kind"), What.ITEMS: ("model",)}
_REASONS: Final = tuple(str(reason) for reason in BlockReason)
_SPOILT: Final = re.compile(r"[0-9][.,]?[0-9]*[eE]\+[0-9]+")
"""What a spreadsheet makes of a long number."""


def item_key(known: Known, values: Mapping[str, Any]) -> tuple[str, str | None]:
    """Give the key of an item's line, and the id of the item that bears its label already.

    A list may leave the keys out: then the code is the key.
    """
    code = str(values.get("code") or "")
    try:
        digits = claim_key(code, "item:") if code else ""
    except Refusal:
        digits = ""
    holder = known.codes.get(digits, "") if digits else ""
    held_by = holder.removeprefix("item:") if holder.startswith("item:") else None
    key = str(values.get("key") or "")
    if not key:
        key = known.keys.get(held_by, digits) if held_by else digits
    return key, held_by


def fill_thing(plan: Plan, one: Planned) -> None:
    """Say what a line changes about its thing, its labels and its block."""
    wanted = _wanted(plan, one)
    if one.before is None or one.key not in {one.before["key"], one.of}:
        wanted["key"] = one.key
    made = None if one.problems else change(SUBJECTS[plan.what], one.of, wanted, one.before)
    if made is not None:
        one.say(made[0], *made[1])
    if plan.what is not What.MODELS:
        _label(plan, one, "code", barcode=False)
    if plan.what is What.ITEMS:
        _label(plan, one, "barcode", barcode=True)
        _block(one)
    if (
        plan.what is not What.MODELS
        and one.before is None
        and not one.values.get("code")
        and not one.problems
    ):
        kind = CodeKind.ITEM if plan.what is What.ITEMS else code_kind(LocationKind(wanted["kind"]))
        one.say(claim(plan.new_code(kind), one.subject), "code")


def _wanted(plan: Plan, one: Planned) -> dict[str, Any]:
    wanted: dict[str, Any] = {}
    for field, value in one.values.items():
        if field in _ELSEWHERE:
            continue
        if isinstance(value, dict):
            wanted[field] = _texts(one, field, value)
            continue
        with one.column(field):
            if field in _REFERENCES:
                value = plan.id_of(_REFERENCES[field], str(value))  # noqa: PLW2901 the key becomes the id
            wanted[field] = CHECKS[field](field, value)
    for field in _MUST[plan.what]:
        _must(one, field, wanted)
    return wanted


def _must(one: Planned, field: str, wanted: Mapping[str, Any]) -> None:
    """Refuse a thing without what it cannot be without."""
    if one.row.problems:
        return
    with one.column(field):
        if field not in wanted and field not in one.values and one.before is None:
            raise MissingColumn(column="name_de" if field == "names" else field)
        if field in wanted and not wanted[field]:
            raise EmptyCell(column=one.row.columns.get(field, field))


def _texts(one: Planned, field: str, said: Mapping[str, str]) -> Texts:
    """Lay the languages of a line over those that stand; a text that stays keeps its state."""
    limit, lines = _LIMITS[field]
    kept = dict(Texts.from_json(one.before[field]).said) if one.before else {}
    for language, text in said.items():
        with one.column(f"{field}.{language}"):
            cleaned = clean_text(one.row.columns[f"{field}.{language}"], text, limit=limit, lines=lines)
            if language not in kept or kept[language].text != cleaned:
                kept[language] = Text(cleaned)
    return Texts({language: text for language, text in kept.items() if text.text})


def _label(plan: Plan, one: Planned, field: str, *, barcode: bool) -> None:
    """Claim a code or barcode for the thing, if it does not bear it already."""
    text = str(one.values.get(field) or "")
    if not text:
        return
    with one.column(field):
        if _SPOILT.fullmatch(text) or barcode is not (codes.foreign(text) is not None):
            expected = "4006381333931" if barcode else "2041 8830 1234 5678"
            raise BadValue(field=field, value=text[:40], expected=expected)
        draft = claim(text, one.subject)
        digits = draft.subject.partition(":")[2]
        holder = plan.known.codes.get(digits)
        if holder is not None and holder != one.subject:
            raise Taken(what="code", value=text[:40])
        if holder is None:
            if digits in plan.claimed:
                raise TwiceInFile(field=field, value=text[:40], line=plan.claimed[digits])
            plan.claimed[digits] = one.row.n
            one.say(draft, field)


def _block(one: Planned) -> None:
    """Keep the item in the house, or let it go, as the line says."""
    if "blocked" not in one.values and "blocked_note" not in one.values:
        return
    was = (one.before["blocked"], one.before["blocked_note"]) if one.before else ("", "")
    reason = str(one.values.get("blocked", was[0]))
    with one.column("blocked_note"):
        said = str(one.values.get("blocked_note", was[1] if reason == was[0] else ""))
        note = clean_text("blocked_note", said, limit=LONG_LIMIT, lines=True)
        if (reason, note) == was:
            return
        with one.column("blocked"):
            if (reason or note) and reason not in _REASONS:
                raise BadValue(field="blocked", value=reason[:40], expected=", ".join(_REASONS))
            data = ItemBlocked(reason=reason) if reason else ItemUnblocked()
            one.say(Draft(one.subject, data, BlockedPrivate(note=note) if note else None), "blocked")


def check_tree(plan: Plan) -> None:
    """Refuse lines that would put a place into itself, however many lines it takes."""
    parents = {of: row["parent"] for of, row in plan.known.rows[What.LOCATIONS].items()}
    for one in plan.lines:
        if "parent" in one.values:
            parents[one.of] = plan.known.ids[What.LOCATIONS].get(str(one.values["parent"]), "")
    for one in plan.lines:
        way, at = set(), one.of
        while at and at not in way:
            way.add(at)
            at = parents.get(at, "")
        if at:
            with one.column("parent"):
                raise BadValue(field="parent", value=str(one.values.get("parent", ""))[:80], expected="…")
