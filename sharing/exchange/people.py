"""Lines that speak of persons and organisations."""

from __future__ import annotations

from typing import Any, Final

from msgspec import UNSET

from sharing.catalogue.fields import clean_text
from sharing.errors import Taken
from sharing.exchange.belonging import say_instructions, say_memberships, say_roles, say_suspension
from sharing.exchange.columns import What
from sharing.exchange.entries import ListedAs, OrganisationListed, PersonListed
from sharing.exchange.plan import Plan, Planned
from sharing.journal.entry import Draft
from sharing.people import checks, entries
from sharing.people.actions import kind_named, organisation_changed
from sharing.people.names import search_text
from sharing.people.rules import OrganisationKind

_FIELDS: Final = (
    "name", "contact", "language", "adult", "guardian", "identity_checked", "terms_version",
    "privacy_version",
)  # fmt: skip
_NEW: Final[dict[str, Any]] = {
    "name": "", "contact": "", "language": "de", "adult": False, "guardian": "", "identity_checked": False,
    "terms_version": 0, "privacy_version": 0,
}  # fmt: skip


def _cleaned(field: str, text: str) -> str:
    """Give a text as the people's own forms keep it; what they would quietly drop is refused."""
    return checks.text(field, clean_text(field, text), empty=field != "name")


def _listed(one: Planned, shape: type[PersonListed | OrganisationListed]) -> None:
    """Note the key of somebody new, so that the next list finds the same."""
    if one.before is None and not one.problems:
        one.say(Draft(one.subject, shape(), ListedAs(key=one.key)), "key")


def fill_organisation(plan: Plan, one: Planned) -> None:
    """Say what a line changes about an organisation."""
    before = one.before or {}
    kind = OrganisationKind(before.get("kind") or "group")
    said: dict[str, str] = {}
    with one.column("kind"):
        if "kind" in one.values or one.before is None:
            kind = kind_named(str(one.values.get("kind", "")))
    for field in ("name", "contact"):
        with one.column(field):
            if field in one.values or (field == "name" and one.before is None):
                said[field] = _cleaned(field, str(one.values.get(field, "")))
                if one.before is None and field == "name":
                    _check_free(plan, said["name"])
    if one.problems:
        return
    new_kind = kind.value != before.get("kind")
    changed = {field: value for field, value in said.items() if value != (before.get(field) or "")}
    if new_kind and before.get("name"):
        changed.setdefault("name", before["name"])
    if changed or new_kind:
        draft = organisation_changed(
            one.of, kind=kind, name=changed.get("name", UNSET), contact=changed.get("contact", UNSET)
        )
        one.say(draft, *changed, *(["kind"] if new_kind else []))
    _listed(one, OrganisationListed)


def _check_free(plan: Plan, name: str) -> None:
    """Refuse to make an organisation twice: with and without a key, or under two keys."""
    if any(row.get("search") == search_text(name) for row in plan.known.rows[What.ORGANISATIONS].values()):
        raise Taken(what="organisation", value=name)


def fill_person(plan: Plan, one: Planned) -> None:
    """Say what a line changes about a person, roles, instructions, memberships and suspension."""
    wanted = dict(_NEW) if one.before is None else {}
    for field in _FIELDS:
        if field in one.values or (field == "name" and one.before is None):
            with one.column(field):
                wanted[field] = _person_field(one, field)
    if not one.problems:
        _say_fields(one, wanted)
    say_roles(one)
    say_instructions(plan, one)
    say_memberships(plan, one)
    say_suspension(plan, one)
    _listed(one, PersonListed)


def _person_field(one: Planned, field: str) -> Any:
    value = one.values.get(field, "")
    if field == "language":
        return checks.language(str(value))
    if field.endswith("_version"):
        return checks.version(field, int(value or 0))
    return value if isinstance(value, bool) else _cleaned(field, str(value))


def _say_fields(one: Planned, wanted: dict[str, Any]) -> None:
    before = one.before
    changed = {
        field: value
        for field, value in wanted.items()
        if before is None or (before[field] or (False if isinstance(value, bool) else _NEW[field])) != value
    }
    if not changed:
        return
    names = tuple(changed)
    if "guardian" in changed:
        changed["guardian"] = changed["guardian"] or None
    shape = entries.PersonRegistered() if before is None else entries.PersonChanged()
    one.say(Draft(one.subject, shape, entries.PersonFields(**changed)), *names)
