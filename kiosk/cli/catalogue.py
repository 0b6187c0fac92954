"""Models and places by command."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from kiosk.cli import finding, values
from kiosk.cli.answer import Answer, facts, table
from kiosk.cli.frame import Session, argument, command, group, option

if TYPE_CHECKING:
    from collections.abc import Callable

    from sharing.catalogue.rules import Location, Model
    from sharing.texts import Texts

model = group("model")
location = group("location")
NEEDS = ("instruction", "deposit", "approval", "checklist", "signature", "adult", "electrical_test")
KINDS = ("house", "floor", "room", "shelf")


def texts_said(pairs: tuple[str, ...], before: Texts | None = None) -> Texts:
    """Read "de=Beamer" "en=Projector"; without a language it is German."""
    from sharing.texts import Texts

    found = before or Texts()
    for pair in pairs:
        language, mark, text = pair.partition("=")
        found = found.changed(language, text) if mark else found.changed("de", pair)
    return found


def _model_fields(function: Callable[..., Any]) -> Callable[..., Any]:
    for name in ("value-cents", "deposit-cents", "loan-days", "limit"):
        function = option(f"--{name}", type=int)(function)
    function = option("--needs", multiple=True, type=click.Choice(NEEDS))(function)
    function = option("--checklist", multiple=True)(function)
    function = option("--how-to", multiple=True, metavar="de=text")(function)
    for name in ("category", "key"):
        function = option(f"--{name}")(function)
    return option("--lendable/--not-lendable", default=None)(function)


def _said(given: dict[str, Any], before: Model | None = None) -> dict[str, Any]:
    found = {name: value for name, value in given.items() if value not in (None, ())}
    if "how_to" in found:
        found["how_to"] = texts_said(found["how_to"], before.how_to if before else None)
    return found


@command("list", model)
def list_models(session: Session) -> Answer:
    """List all models, by category."""
    from sharing.catalogue import look_up

    words = session.words
    with session.store.reader() as read:
        found = look_up.models(read)
    rows = [(one.name(words.language), one.category, one.key) for one in found]
    return Answer(
        {"models": [values.model(words, one) for one in found]},
        table(session, ("name", "category", "key"), rows),
    )


def _model(session: Session, one: Model) -> Answer:
    words = session.words
    return Answer(
        {"model": values.model(words, one)},
        facts(
            session,
            [
                ("name", one.name(words.language)),
                ("category", one.category),
                ("key", one.key),
                ("id", one.id),
                ("needs", words.needs(tuple(sorted(one.needs)))),
                ("loan_days", one.loan_days),
                ("limit", one.limit),
            ],
        ),
    )


@command("show", model)
@argument("model", metavar="MODEL")
def show_model(session: Session, model: str) -> Answer:
    """Show a model."""
    return _model(session, finding.model(session, model))


@command("add", model, writes=True)
@option("--name", "names", multiple=True, required=True, metavar="de=text")
@_model_fields
def add_model(session: Session, names: tuple[str, ...], **given: Any) -> Answer:
    """Say what a thing is, before there are any of it."""
    from sharing.catalogue.actions import add_model as add

    return _model(session, add(session.store, act=session.act(), names=texts_said(names), **_said(given)))


@command("change", model, writes=True)
@option("--name", "names", multiple=True, metavar="de=text")
@_model_fields
@argument("model", metavar="MODEL")
def change_model(session: Session, model: str, names: tuple[str, ...], **given: Any) -> Answer:
    """Change some fields of a model."""
    from sharing.catalogue.actions import change_model as change

    before = finding.model(session, model)
    fields = _said(given, before) | ({"names": texts_said(names, before.names)} if names else {})
    return _model(session, change(session.store, before.id, act=session.act(), **fields))


@command("list", location)
def list_locations(session: Session) -> Answer:
    """List all places, each after the one it lies in."""
    from sharing.catalogue import look_up

    words = session.words
    with session.store.reader() as read:
        found = look_up.locations(read)
    rows = [(one.where(words.language), one.code, one.kind, one.key) for one in found]
    return Answer(
        {"locations": [values.location(words, one) for one in found]},
        table(session, ("where", "code", "kind", "key"), rows),
    )


def _location(session: Session, one: Location) -> Answer:
    words = session.words
    return Answer(
        {"location": values.location(words, one)},
        facts(
            session,
            [
                ("name", one.name(words.language)),
                ("where", one.where(words.language)),
                ("code", one.code),
                ("key", one.key),
                ("kind", one.kind),
            ],
        ),
    )


@command("show", location)
@argument("location", metavar="LOCATION")
def show_location(session: Session, location: str) -> Answer:
    """Show a place."""
    return _location(session, finding.location(session, location))


@command("add", location, writes=True)
@option("--name", "names", multiple=True, required=True, metavar="de=text")
@option("--kind", type=click.Choice(KINDS), required=True)
@option("--parent", metavar="location")
@option("--key")
@option("--code")
def add_location(
    session: Session, names: tuple[str, ...], parent: str | None, code: str | None, **given: Any
) -> Answer:
    """Add a house, floor, room or shelf."""
    from sharing.catalogue.actions import add_location as add
    from sharing.catalogue.rules import LocationKind

    fields = {name: value for name, value in given.items() if value is not None}
    fields["kind"] = LocationKind(fields["kind"])
    if parent:
        fields["parent"] = finding.location(session, parent).id
    made = add(session.store, act=session.act(), code=code, names=texts_said(names), **fields)
    return _location(session, made)


@command("change", location, writes=True)
@option("--name", "names", multiple=True, metavar="de=text")
@option("--parent", metavar="location")
@option("--key")
@argument("location", metavar="LOCATION")
def change_location(
    session: Session, location: str, names: tuple[str, ...], parent: str | None, key: str | None
) -> Answer:
    """Change some fields of a place."""
    from sharing.catalogue.actions import change_location as change

    before = finding.location(session, location)
    fields: dict[str, Any] = {"names": texts_said(names, before.names)} if names else {}
    if parent:
        fields["parent"] = finding.location(session, parent).id
    if key is not None:
        fields["key"] = key
    return _location(session, change(session.store, before.id, act=session.act(), **fields))
