"""How cases are said: what it is, what happened where, what to do now, and how it was settled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kiosk import room_words
from sharing.cases.rules import Area, How
from sharing.texts import shown
from sync.topics import CENTRAL

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kiosk.case_facts import CasePage, Told
    from kiosk.i18n import Words
    from sharing.cases.rules import Case

MINUTE_MS = 60_000
DETAIL_LIMIT = 120


def title(words: Words, kind: str) -> str:
    """Say what kind of case it is; one of a newer version by its name."""
    return words(f"case.{kind}") if words.has(f"case.{kind}") else shown(kind, limit=40)


def area(words: Words, one: Area) -> str:
    """Say what cases are about."""
    return words(f"case_area.{one}")


def to_do(words: Words, case: Case) -> str:
    """Say what to do now."""
    if case.settled:
        return words("case_page.settled")
    return words(f"case_do.{case.kind}") if words.has(f"case_do.{case.kind}") else words("case_page.newer")


def how(words: Words, one: How, page: CasePage | None = None) -> str:
    """Say how it was settled; with the names, where staff read it."""
    names = {How.WITH_FIRST: page.first, How.WITH_SECOND: page.second} if page else {}
    if names.get(one):
        return words("case_how.with_person", whom=names[one])
    return words(f"case_how.{one}")


def listed(words: Words, case: Case, name: str) -> str:
    """Say about what it is, since when, and where it belongs."""
    when = words.short_moment(case.since)
    return " · ".join(part for part in (area(words, case.area), shown(name, limit=200), when) if part)


def counted(words: Words, cases: Sequence[Case]) -> str:
    """Say how many there are of each area."""
    areas = [one.area for one in cases]
    return " · ".join(f"{area(words, one)} {areas.count(one)}" for one in Area if one in areas)


def device(words: Words, told: Told, here: str) -> str:
    """Name the machine it was noted on."""
    node = told.happened.node
    if not node:
        return words("case_page.other_device")
    if node == here:
        return words("case_page.this_device")
    return words("case_page.central") if node == CENTRAL else shown(node, limit=31)


def heading(words: Words, told: Told, here: str) -> str:
    """Say when and on which machine."""
    one = told.happened
    when = words.short_moment(one.at)
    when = when if one.sure else words("case_page.unsure", when=when)
    return f"{when} · {device(words, told, here)}"


def what(words: Words, told: Told) -> str:
    """Say what happened, for whom and by whom."""
    one = told.happened
    key = f"case_event.{one.kind.replace('.', '_')}"
    fields = {**_fields(words, one.said), "whom": told.whom or words("case_page.nobody")}
    said = (
        words(key, **fields) if words.has(key) else words("case_event.other", kind=shown(one.kind, limit=40))
    )
    note = shown(str(one.secret.get("note") or one.secret.get("reason") or ""), limit=DETAIL_LIMIT)
    by = words("case_page.by", whom=told.by) if told.by and told.by != told.whom else ""
    undone = words("case_page.undone") if one.undone else ""
    return " · ".join(part for part in (said, note, by, undone) if part)


def _fields(words: Words, said: Mapping[str, Any]) -> dict[str, object]:
    """Make the words of an entry's fields; one of a newer version may hold anything."""
    due, detail = said.get("due"), said.get("detail")
    return {
        "until": words.short_until(due) if isinstance(due, int) else "–",
        "condition": _known(words, "condition", said.get("condition", "not_said")),
        "detail": shown(str(detail), limit=DETAIL_LIMIT) if detail else "–",
        "what": _known(words, "case", said.get("what", "")),
        "when": _first_date(words, said.get("occ") or said.get("set")),
        "answer": _answer(words, said),
        "node": shown(str(said.get("to", "–")), limit=31),
    }


def _known(words: Words, family: str, value: object) -> str:
    key = f"{family}.{value}"
    return words(key) if words.has(key) else shown(str(value), limit=40)


def _first_date(words: Words, dates: object) -> str:
    """Say when the first of some dates of a room begins: [n, place, wall time, start, end] in minutes."""
    try:
        return words.short_moment(int(dates[0][-2]) * MINUTE_MS)  # type: ignore[index] # what is not, raises
    except (TypeError, IndexError, ValueError, OverflowError, OSError):
        return "–"


def _answer(words: Words, said: Mapping[str, Any]) -> str:
    """Say what a verdict said: yes, or why not."""
    gone = [*(said.get("off") or ()), *(said.get("refused") or ())]
    whys = {str(one[1]) for one in gone if isinstance(one, list) and len(one) > 1}
    if said.get("declined"):
        whys.add(str(said["declined"]))
    if whys:
        return words("case_page.no", why=", ".join(why(words, one) for one in sorted(whys)))
    return words("case_page.yes")


def why(words: Words, reason: str) -> str:
    """Say why a verdict was a no: what stands against a date of a room, or a rule of lending."""
    rule = f"refusal.{reason}"
    is_rule = words.has(rule) and not words.has(f"room.why.{reason}")
    return words(rule) if is_rule else room_words.why(words, reason)
