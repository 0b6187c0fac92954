"""What people do with things and with each other's data; each function gives one command."""

from __future__ import annotations

from sharing.cases.actions import handle, mark_seen, open_cases
from sharing.catalogue import actions as catalogue
from sharing.lending import actions as lending
from sharing.lending.actions import CheckOut, Return
from sharing.lending.rules import Condition, Override
from sharing.people import actions as people
from sharing.terms.actions import set_terms
from tests.simulation.clocks import DAY
from tests.simulation.people import At, Command, UseCase

_OPEN = "SELECT id, item, due FROM loan_line WHERE back_at IS NULL ORDER BY id"


def takes(at: At) -> Command:
    """Lend a thing, or have it set aside where something is missing."""
    who, thing = at.person(), at.item()
    return lambda act: lending.check_out(at.store, CheckOut(act, who, (thing,)))


def takes_two(at: At) -> Command:
    """Lend two things at once: two acts in one transaction."""
    who, things = at.person(), (at.house.items["beamer3"], at.house.items["beamer4"])
    return lambda act: lending.check_out(at.store, CheckOut(act, who, things))


def takes_by_override(at: At) -> Command:
    """Staff lend against the rules, with a reason."""
    who, thing = at.person(), at.item()
    override = Override(at.house.staff, f"Ausnahme {at.word()}")
    return lambda act: lending.check_out(at.store, CheckOut(act, who, (thing,), override=override))


def gives_back(at: At) -> Command | None:
    """Bring a thing that is out here."""
    line = at.some(_OPEN)
    if line is None:
        return None
    condition = at.chance.pick((Condition.NOT_SAID, Condition.NOT_SAID, Condition.GOOD, Condition.BROKEN))
    note = f"Kratzer {at.word()}" if at.chance.happens(300) else ""
    return lambda act: lending.check_in(at.store, Return(act, (line[1],), condition, note))


def says_condition(at: At) -> Command:
    """Say how a thing came back; staff or whoever brought it."""
    thing, staff = at.item(), at.chance.happens(400)
    condition = at.chance.pick((Condition.GOOD, Condition.BROKEN))
    if staff:
        return lambda act: lending.check_return(at.store, at.house.staff, thing, condition, act)
    return lambda act: lending.say_condition(at.store, thing, condition, act)


def takes_back(at: At) -> Command | None:
    """Undo something that was done at this machine."""
    mine = [act for key, act in at.world.done if key == at.machine.key][-6:]
    if not mine:
        return None
    target = at.chance.pick(mine)
    return lambda act: lending.undo(at.store, target, act)


def renews(at: At) -> Command | None:
    """Keep a thing longer, or bring it sooner."""
    line = at.some(_OPEN)
    if line is None:
        return None
    until = line[2] + at.chance.pick((2, 5, -1)) * DAY if at.chance.happens(500) else None
    return lambda act: lending.renew(at.store, line[0], act, until=until)


def completes(at: At) -> Command | None:
    """Staff see to what is missing, or put the thing back to its shelf."""
    aside = at.some("SELECT id FROM holding WHERE loan IS NOT NULL ORDER BY id")
    if aside is None:
        return None
    if at.chance.happens(300):
        return lambda act: lending.put_back(at.store, aside[0], act)
    reason = f"geprüft {at.word()}"
    return lambda act: lending.complete(at.store, at.house.staff, aside[0], act, reason=reason)


def loses_or_finds(at: At) -> Command:
    """Give a thing up, or find it again."""
    thing = at.item()
    if at.chance.happens(500):
        return lambda act: lending.find_again(at.store, thing, act)
    return lambda act: lending.mark_lost(at.store, at.house.staff, thing, act)


def handles_a_case(at: At) -> Command | None:
    """Open a case, or settle it."""
    cases = open_cases(at.store)
    if not cases:
        return None
    case = at.chance.pick(cases)
    if at.chance.happens(500):
        return lambda act: mark_seen(at.store, case.id, act=act)
    note = f"besprochen {at.word()}"
    return lambda act: handle(at.store, case.id, act=act, note=note)


def changes_a_person(at: At) -> Command:
    """Correct how somebody is reached."""
    who, contact = at.person(), f"{at.word()}@example.org"
    return lambda act: people.change_person(
        at.store, people.ChangePerson(act=act, person=who.id, contact=contact)
    )


def changes_a_thing(at: At) -> Command:
    """Write something about a thing, perhaps as somebody else does elsewhere."""
    thing, number = at.item(), str(at.chance.below(50))
    return lambda act: catalogue.change_item(at.store, thing, act=act, number=number)


def sets_a_rule(at: At) -> Command:
    """Change a house rule, where the house decides; elsewhere it is asked for."""
    changes = {at.chance.pick(("renewals", "max_per_person")): at.chance.between(1, 5)}
    return lambda act: set_terms(at.store, changes, act=act, by=None)


LENDING: tuple[tuple[UseCase, int], ...] = (
    (takes, 9), (takes_two, 1), (takes_by_override, 2), (gives_back, 8), (says_condition, 2), (takes_back, 4),
    (renews, 5), (completes, 3), (loses_or_finds, 1), (handles_a_case, 3), (changes_a_person, 2),
    (changes_a_thing, 2), (sets_a_rule, 1),
)  # fmt: skip
