"""The house rules by command: what holds, what is to hold, and a year's public holidays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kiosk.cli import finding
from kiosk.cli.answer import Answer, facts
from kiosk.cli.frame import Session, argument, command, group, option

if TYPE_CHECKING:
    from sharing.people.rules import Person
    from sharing.terms.actions import AskedRules
    from sharing.terms.rules import Terms

house = group("house")


def _shown(session: Session, terms: Terms) -> Answer:
    import msgspec

    from sharing.terms.actions import asked_rules

    data: dict[str, Any] = msgspec.to_builtins(terms, str_keys=True)
    lines = [f"{key} = {msgspec.json.encode(value).decode()}" for key, value in data.items()]
    asked = asked_rules(session.store)
    if asked:
        lines += ["", session.words("cli.house.asked"), *(line for one in asked for line in _asked(one))]
    return Answer(
        {"node": session.store.node, "house": data, "asked": [msgspec.to_builtins(one) for one in asked]},
        [*facts(session, [("node", session.store.node)]), *lines],
    )


def _asked(one: AskedRules) -> list[str]:
    """Write down what is asked for as rules are; the days of a calendar that is only added to as `+=`."""
    import msgspec

    return [
        f"{key} {mark} {msgspec.json.encode(value).decode()}"
        for mark, said in (("=", one.set), ("+=", one.fill))
        for key, value in said.items()
    ]


def _by(session: Session, card: str | None) -> Person | None:
    """Give who sets rules."""
    from sharing.people.rules import Right

    return finding.staff(session, card, Right.MANAGE_HOUSE)


@command("show", house)
def show(session: Session) -> Answer:
    """Show the house rules that hold now."""
    return _shown(session, session.terms)


@command("set", house, writes=True)
@option("--by", metavar="card")
@argument("pairs", nargs=-1, required=True, metavar="KEY=VALUE…")
def set_(session: Session, pairs: tuple[str, ...], by: str | None) -> Answer:
    """Let house rules hold from now on; values are JSON, or plain text."""
    from sharing.terms.actions import set_terms

    changes = dict(_pair(one) for one in pairs)
    return _shown(session, set_terms(session.store, changes, act=session.act(), by=_by(session, by)))


def _pair(text: str) -> tuple[str, Any]:
    import msgspec

    from sharing.errors import BadValue
    from sharing.texts import shown

    key, mark, value = text.partition("=")
    if not mark:
        raise BadValue(field="setting", value=shown(text, limit=60), expected="KEY=VALUE")
    try:
        return key.strip(), msgspec.json.decode(value.encode("utf-8", "replace"))
    except msgspec.DecodeError:
        return key.strip(), value


@command("closing-days", house, writes=True)
@option("--by", metavar="card")
@argument("year", type=int)
def closing_days(session: Session, year: int, by: str | None) -> Answer:
    """Write the public holidays of a year into the closing days."""
    from sharing.terms.actions import write_closing_days

    return _shown(session, write_closing_days(session.store, year, act=session.act(), by=_by(session, by)))
