"""Lines of persons, second half: roles, instructions, memberships, suspension. A column says all of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

import msgspec

from sharing.calendar_time import at_minute, local
from sharing.errors import BadValue
from sharing.exchange.columns import What
from sharing.exchange.plan import Plan, Planned
from sharing.journal.entry import Draft, Instant
from sharing.people import entries
from sharing.people.actions import organisation_changed
from sharing.people.rules import OrganisationKind, Role

_MIDNIGHT: Final = 24 * 60
_ROLES: Final = tuple(str(role) for role in Role)


def listed_in(row: Mapping[str, Any] | None, column: str) -> tuple[str, ...]:
    """Read a JSON list of a person's row."""
    stored = row and row[column]
    return msgspec.json.decode(stored, type=tuple[str, ...]) if stored else ()


def last_day(until: Instant | None, zone: str) -> str | None:
    """Give the last day (ISO date) of a suspension that ends at `until`."""
    return None if until is None else local(until - 1, zone).date().isoformat()


def _said(one: Planned, field: str) -> tuple[str, ...] | None:
    found = one.values.get(field)
    return tuple(found) if isinstance(found, tuple) else None


def say_roles(one: Planned) -> None:
    """Grant and withdraw until the roles are those of the line."""
    roles = _said(one, "roles")
    if roles is None:
        return
    with one.column("roles"):
        for role in roles:
            if role not in _ROLES:
                raise BadValue(field="roles", value=role[:40], expected=", ".join(_ROLES))
        wanted, held = set(roles) - {"visitor"}, set(listed_in(one.before, "roles")) - {"visitor"}
        for role in sorted(wanted - held):
            one.say(Draft(one.subject, entries.RoleGranted(), entries.RoleGiven(role=role)), "roles")
        for role in sorted(held - wanted):
            one.say(Draft(one.subject, entries.RoleWithdrawn(), entries.RoleGiven(role=role)), "roles")


def say_instructions(plan: Plan, one: Planned) -> None:
    """Note what the person was shown; nobody is made to forget it."""
    with one.column("instructed"):
        shown = [plan.id_of(What.MODELS, key) for key in _said(one, "instructed") or ()]
        for model in sorted(set(shown) - set(listed_in(one.before, "instructed"))):
            one.say(
                Draft(one.subject, entries.PersonInstructed(), entries.Instruction(model=model)), "instructed"
            )


def say_memberships(plan: Plan, one: Planned) -> None:
    """Begin and end memberships until they are those of the line."""
    stand = {row["organisation"]: row for row in plan.known.members.get(one.of, [])}
    wanted = _memberships(plan, one, {of: bool(row["responsible"]) for of, row in stand.items()})
    if wanted is None:
        return
    for of, responsible in wanted.items():
        if of not in stand or bool(stand[of]["responsible"]) != responsible:
            member = stand[of]["id"] if of in stand else plan.new_id()
            private = entries.MemberOf(person=one.of, organisation=of, responsible=responsible)
            one.say(Draft(f"member:{member}", entries.MemberAdded(), private), "organisations")
        _speak_for(plan, one, of, responsible=responsible)
    for of in sorted(set(stand) - set(wanted)):
        one.say(
            Draft(f"member:{stand[of]['id']}", entries.MemberRemoved(), entries.ActedBy()), "organisations"
        )


def _memberships(plan: Plan, one: Planned, stand: Mapping[str, bool]) -> dict[str, bool] | None:
    """Give what shall hold: organisation id to being responsible; None if the line says nothing."""
    members, speaks_for = _said(one, "organisations"), _said(one, "responsible_for")
    if members is None and speaks_for is None:
        return None
    wanted: dict[str, bool] = {}
    with one.column("organisations"):
        ids = list(stand) if members is None else [plan.id_of(What.ORGANISATIONS, key) for key in members]
        wanted = {of: speaks_for is None and stand.get(of, False) for of in ids}
    with one.column("responsible_for"):
        for key in speaks_for or ():
            wanted[plan.id_of(What.ORGANISATIONS, key)] = True
    return wanted


def _speak_for(plan: Plan, one: Planned, of: str, *, responsible: bool) -> None:
    """Let an organisation that has nobody be spoken for by this person."""
    row = plan.known.rows[What.ORGANISATIONS].get(of)
    if responsible and row is not None and not row["responsible"]:
        kind = OrganisationKind(row["kind"] or "group")
        one.say(organisation_changed(of, kind=kind, responsible=one.of), "responsible_for")
        row["responsible"] = one.of


def say_suspension(plan: Plan, one: Planned) -> None:
    """Suspend until the end of a day, or lift it."""
    if "suspended_until" not in one.values:
        return
    day = one.values["suspended_until"]
    if day == last_day(one.before["suspended_until"] if one.before else None, plan.zone):
        return
    until = None if day is None else at_minute(date.fromisoformat(str(day)), _MIDNIGHT, plan.zone)
    one.say(Draft(one.subject, entries.PersonSuspended(), entries.Suspension(until=until)), "suspended_until")
