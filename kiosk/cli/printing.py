"""Labels and cards on paper, each read back before the file appears."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kiosk.cli import finding
from kiosk.cli.answer import Answer
from kiosk.cli.frame import Session, argument, command, group, option

if TYPE_CHECKING:
    from devices.labels.drawing import Label
    from sharing.catalogue.rules import Thing
    from sharing.journal.store import Reader

demo = group("demo")
CARD_SHEET = "cards-32010"
KINDS = ("item", "kit", "location", "room", "person_card", "role_card")
"""What a blank label or card can be claimed for."""
PLACES = ("house", "floor", "room", "shelf")
FILE = click.Path(path_type=Path, dir_okay=False)


@command("labels")
@option("--sheet", default="herma-4606")
@option("--out", type=FILE, required=True)
@option("--skip", type=int, default=0)
@option("--offset", type=(float, float), default=(0.0, 0.0), metavar="x y")
@option("--scale", type=float, default=1.0)
@option("--at", metavar="location")
@option("--all", "every", type=click.Choice(PLACES), multiple=True)
@option("--blank", type=click.IntRange(0, 1000), default=0)
@option("--kind", type=click.Choice(KINDS), default="item")
@argument("codes", nargs=-1, metavar="[CODE…]")
def labels(
    session: Session,
    codes: tuple[str, ...],
    sheet: str,
    out: Path,
    skip: int,
    offset: tuple[float, float],
    scale: float,
    at: str | None,
    every: tuple[str, ...],
    blank: int,
    kind: str,
) -> Answer:
    """Print labels as a sheet (.pdf), or one as a picture (.png)."""
    wanted = [
        *(_label(session, one) for one in codes),
        *_labels_at(session, at),
        *_labels_of(session, every),
        *_blanks(session, blank, kind),
    ]
    return write(session, wanted, out, sheet, skip=skip, offset=offset, scale=scale)


def write(
    session: Session,
    wanted: list[Label],
    out: Path,
    sheet: str,
    *,
    skip: int = 0,
    offset: tuple[float, float] = (0.0, 0.0),
    scale: float = 1.0,
) -> Answer:
    """Draw, read back, and put the file where it was asked for.

    Raises:
        PrintRefused, BadInput, DiskFull: there is no new file.
    """
    from devices.labels.printing import print_picture, print_sheet
    from devices.labels.sheets import sheet_named
    from devices.paper.files import check_kind
    from sharing.errors import BadValue

    link = session.terms.label_link
    check_kind(out, ".pdf", ".png")
    if out.suffix.lower() == ".png":
        if len(wanted) != 1:
            raise BadValue(field="--out", value=out.name[:60], expected=f".pdf ({len(wanted)})")
        done = print_picture(wanted[0], out, link=link)
    else:
        done = print_sheet(
            wanted, sheet_named(sheet), out, skip=skip, offset_mm=offset, scale=scale, link=link
        )
    data = {"file": str(out), "pages": done.pages, "labels": done.labels}
    return Answer(
        data, [session.words("cli.labels.written", file=str(out), pages=done.pages, labels=done.labels)]
    )


def _label(session: Session, text: str) -> Label:
    """Make the label of a thing or place; a card's number, or that of a blank label, is printed as it is."""
    from devices.labels.drawing import Label
    from sharing import codes
    from sharing.codes import CodeKind
    from sharing.errors import NoCode, UnknownCode

    house = _house(session)
    try:
        code = codes.read(finding.spoken(text))
    except NoCode:
        code = ""
    if code and codes.kind_of(code) in {CodeKind.PERSON_CARD, CodeKind.ROLE_CARD}:
        return Label(code, session.words("cli.labels.card"), house)
    with session.store.reader() as read:
        try:
            return _of(read, finding.thing(read, code or text), session.words.language, house)
        except UnknownCode:
            return Label(code)


def _house(session: Session) -> str:
    return session.terms.name or session.store.house


def _of(read: Reader, thing: Thing, language: str, house: str) -> Label:
    """Make the label of a thing or place: below its name, where it belongs or whose it is."""
    from devices.labels.drawing import Label
    from sharing.catalogue.look_up import location
    from sharing.catalogue.rules import Item
    from sharing.errors import DoesNotExist

    if thing.code is None:
        raise DoesNotExist(what="code", value=thing.key)
    home = thing.home if isinstance(thing, Item) else thing.parent
    line = location(read, home).near(language) if home else house
    return Label(thing.code, thing.name(language), line)


def _labels_at(session: Session, at: str | None) -> list[Label]:
    """Make the labels of a place and of everything that belongs there."""
    from sharing.catalogue.look_up import items_at

    if at is None:
        return []
    place, house, language = finding.location(session, at), _house(session), session.words.language
    with session.store.reader() as read:
        things = sorted(
            items_at(read, place.id), key=lambda one: (one.home or "", _counted(one.name(language)))
        )
        found: list[Thing] = [place, *things]
        return [_of(read, one, language, house) for one in found if one.code]


def _counted(name: str) -> tuple[tuple[int, str], ...]:
    """Sort names as people look for them: shelf by shelf, and 2 before 10."""
    return tuple((int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", name))


def _labels_of(session: Session, kinds: tuple[str, ...]) -> list[Label]:
    """Make the labels of all places of some kinds: every room, every shelf."""
    from sharing.catalogue.look_up import locations

    if not kinds:
        return []
    house, language = _house(session), session.words.language
    with session.store.reader() as read:
        found = [one for one in locations(read) if one.kind in kinds and one.code]
        return [_of(read, one, language, house) for one in found]


def _blanks(session: Session, count: int, kind: str) -> list[Label]:
    """Make labels for what will be claimed at its first scan, and cards that `card issue --blank` claims."""
    from devices.labels.drawing import Label
    from sharing.catalogue.actions import new_code
    from sharing.codes import CodeKind

    if not count:
        return []
    with session.store.begin() as work:
        made = {new_code(work, CodeKind[kind.upper()]) for _ in range(count)}
    title = session.words("cli.labels.card") if kind.endswith("card") else ""
    return [Label(code, title, _house(session) if title else "") for code in sorted(made)]


@command("cards", demo)
@option("--out", type=FILE, required=True)
@option("--sheet", default=CARD_SHEET)
@option("--items", type=click.IntRange(0, 200), default=20)
def demo_cards(session: Session, out: Path, sheet: str, items: int) -> Answer:
    """Print the example's cards, and labels of its places and of some things, for a real scanner."""
    from devices.labels.drawing import Label
    from sharing.catalogue.look_up import items_at, locations

    cards, house = _example_cards(session), _house(session)
    with session.store.reader() as read:
        places = locations(read)
        things = items_at(read, places[0].id)[:items] if places else ()
        found: list[Thing] = [*places, *things]
        rest = [_of(read, one, session.words.language, house) for one in found if one.code]
    return write(session, [*(Label(code, initials, house) for initials, code in cards), *rest], out, sheet)


def _example_cards(session: Session) -> list[tuple[str, str]]:
    """Give initials and card number of everybody in the example house, and of nobody anywhere else.

    Numbers are kept nowhere: the command that issued a card, sent again, finds its number again.
    """
    import tomllib

    from sharing.errors import DoesNotExist
    from sharing.exchange.demo import DEMO_FOLDER
    from sharing.people.issuing import issue_card
    from sharing.people.reading import find_persons

    example = tomllib.loads((DEMO_FOLDER / "house.toml").read_text(encoding="utf-8"))["name"]
    if session.terms.name != example:
        raise DoesNotExist(what="house", value=example)
    issued = (
        "SELECT e.act FROM card c JOIN entry e ON e.subject = c.subject AND e.kind = 'card.issued'"
        " JOIN listed l ON l.id = c.person"  # who came with the example's list, and nobody registered since
    )
    found = []
    for person in find_persons(session.store, most=1000):
        with session.store.reader() as read:
            rows = read.rows(
                f"{issued} WHERE c.person = ? AND c.revoked_at IS NULL AND c.kind = 'person'", (person.id,)
            )
        for (act,) in rows[:1]:
            code = issue_card(session.store, session.house.keys, act=bytes(act), person=person.id)
            found.append((person.initials, code))
    return found
