"""Domain values as scripts read them. Keys are a promise: they are added to, never renamed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kiosk.i18n import Words
    from sharing.catalogue.rules import Item, Location, Model
    from sharing.lending.looking import LoanLine, SetAside
    from sharing.people.rules import Card, Organisation, Person
    from sharing.texts import Texts

Json = dict[str, Any]


def second_language(tag: str, *, in_cells: bool = False) -> str:
    """Check the language that stands beside the first one at a door; empty: none.

    Args:
        tag: as it was typed.
        in_cells: whether a terminal shows it, which puts letters beside each other from left to right.

    Raises:
        BadValue: it has no words here.
    """
    from devices.words import direction
    from kiosk.i18n import door_languages
    from sharing.errors import BadValue

    there = [one for one in door_languages() if not in_cells or direction(one) == "ltr"]
    if tag and tag not in there:
        raise BadValue(field="--second-language", value=tag[:40], expected=", ".join(there))
    return tag


def moment(words: Words, instant: int | None) -> str | None:
    """Give an instant as ISO 8601 with the house's offset."""
    return None if instant is None else words.local(instant).isoformat(timespec="milliseconds")


def texts(found: Texts) -> dict[str, str]:
    """Give a text language by language."""
    return {language: one.text for language, one in found.said.items()}


def short_item(words: Words, item: Item) -> Json:
    """Give what tells a thing from others."""
    return {"id": item.id, "code": item.code, "key": item.key, "name": item.name(words.language)}


def item(words: Words, one: Item) -> Json:
    """Give all that is known of a thing."""
    return short_item(words, one) | {
        "barcode": one.barcode,
        "number": one.number,
        "model": short_model(words, one.model),
        "home": one.home,
        "owner": one.owner,
        "funder": one.funder,
        "earmarked_until": one.earmarked_until,
        "bought_on": one.bought_on,
        "price_cents": one.price_cents,
        "tested_until": one.tested_until,
        "serial": one.serial,
        "note": one.note,
        "blocked": one.blocked,
        "blocked_note": one.blocked_note,
        "lendable": one.lendable,
    }


def short_model(words: Words, one: Model) -> Json:
    """Give what tells a model from others."""
    return {"id": one.id, "key": one.key, "name": one.name(words.language)}


def model(words: Words, one: Model) -> Json:
    """Give all that is known of a model."""
    return short_model(words, one) | {
        "names": texts(one.names),
        "category": one.category,
        "value_cents": one.value_cents,
        "deposit_cents": one.deposit_cents,
        "loan_days": one.loan_days,
        "limit": one.limit,
        "needs": sorted(one.needs),
        "checklist": list(one.checklist),
        "how_to": texts(one.how_to),
        "lendable": one.lendable,
    }


def location(words: Words, one: Location) -> Json:
    """Give a place and the way to it."""
    return {
        "id": one.id,
        "code": one.code,
        "key": one.key,
        "kind": one.kind,
        "name": one.name(words.language),
        "names": texts(one.names),
        "where": one.where(words.language),
        "parent": one.parent,
    }


def short_person(one: Person | None) -> Json | None:
    """Give who it is; None once the person was cut."""
    return None if one is None else {"id": one.id, "name": one.name, "initials": one.initials}


def person(words: Words, one: Person) -> Json:
    """Give all that is known of a person."""
    return (short_person(one) or {}) | {
        "contact": one.contact,
        "language": one.language,
        "adult": one.adult,
        "guardian": one.guardian,
        "terms_version": one.terms_version,
        "privacy_version": one.privacy_version,
        "identity_checked": one.identity_checked,
        "roles": sorted(one.roles),
        "has_pin": one.has_pin,
        "suspended_until": moment(words, one.suspended_until),
        "instructed": sorted(one.instructed),
        "memberships": [
            {"organisation": organisation(each.organisation), "responsible": each.responsible}
            for each in one.memberships
        ],
    }


def organisation(one: Organisation) -> Json:
    """Give an organisation."""
    return {
        "id": one.id,
        "name": one.name,
        "kind": one.kind,
        "responsible": one.responsible,
        "contact": one.contact,
    }


def card(words: Words, one: Card) -> Json:
    """Give a card: never its number, which nothing here knows."""
    return {
        "hash": one.hash,
        "kind": one.kind,
        "person": one.person,
        "role": one.role,
        "scope": sorted(one.scope),
        "issued_at": moment(words, one.issued_at),
        "ends": moment(words, one.ends),
        "revoked": one.revoked,
    }


def line(words: Words, one: LoanLine) -> Json:
    """Give one thing that somebody has or had."""
    return {
        "line": one.id,
        "loan": one.loan,
        "item": short_item(words, one.item),
        "person": short_person(one.who),
        "organisation": None if one.org is None else {"id": one.org, "name": one.org_name},
        "out_at": moment(words, one.out_at),
        "due": moment(words, one.due),
        "overdue": one.overdue,
        "back_at": moment(words, one.back_at),
        "checked_at": moment(words, one.checked_at),
        "condition": one.condition,
        "renewals": one.renewals,
        "asked_due": moment(words, one.asked_due),
        "override": one.override,
        "late": one.late,
    }


def set_aside(words: Words, one: SetAside) -> Json:
    """Give one thing that waits at the desk."""
    return {
        "item": short_item(words, one.item),
        "loan": one.loan,
        "person": short_person(one.who),
        "organisation": one.org,
        "missing": list(one.missing),
        "since": moment(words, one.since),
    }
