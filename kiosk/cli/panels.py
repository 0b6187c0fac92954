"""Panels at doors: let in at the broker, listed with how they are, shown out; and Home Assistant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kiosk.cli import panel_render, values
from kiosk.cli.answer import Answer, facts, table
from kiosk.cli.frame import Session, argument, command, group, option

if TYPE_CHECKING:
    from devices.panels.panel import Panel
    from sharing.rooms.rules import Room
    from sync.enrolling.register import Register

panel = group("panel")
panel.add_command(panel_render.render)


def need_broker(session: Session) -> None:
    """Refuse on a machine whose house has a central: the broker's book is there.

    Raises:
        NotCentral: this is such a machine.
    """
    from sharing.errors import NotCentral

    with session.store.reader() as read:
        if read.sync().role == "node":
            raise NotCentral


def _let_in(
    session: Session, user: str, reads: tuple[str, ...], writes: tuple[str, ...], notes: dict[str, str]
) -> dict[str, Any]:
    """Write somebody into the book with a new password; gives what must be typed into the device."""
    from sync.enrolling import register
    from sync.enrolling.register import Guest
    from sync.mosquitto.credentials import Rules, hashed, new_password
    from sync.server import doors, settle_port

    randomness = session.store.randomness
    password = new_password(randomness)
    guest = Guest(hashed(user, password, randomness=randomness), Rules(reads, writes), notes)
    settle_port(session.settings, session.data)
    with register.changing(session.data):
        register.write(session.data, register.read(session.data).with_guest(user, guest))
    found = doors(session.settings, session.data)
    return {"user": user, "password": password, "host": found.host, "port": found.port, "tls": found.tls}


def _account(session: Session, data: dict[str, Any]) -> list[str]:
    names = ("host", "port", "user", "password")
    lines = facts(session, [(name, data[name]) for name in names])
    return [*lines, session.words("cli.panel.once")]


@command("add", panel)
@argument("name", metavar="NAME")
@option("--room", required=True)
@option("--profile", default="800x480-bw")
@option("--second-language", default="")
def add(session: Session, name: str, room: str, profile: str, second_language: str) -> Answer:
    """Let a panel in: its account at the broker, said once; the same name again gets another password."""
    from devices.panels import panel as panels
    from devices.panels import topics
    from sharing.rooms.actions import room as room_named
    from sync.topics import topic_house

    need_broker(session)
    panels.checked_panel(name, profile, values.second_language(second_language))
    found = room_named(session.store, room)
    made = panels.Panel(id=name, room=found.id, profile=profile, second_language=second_language)
    house = topic_house(session.store.house)
    rights = (panels.panel_reads(house, made), panels.panel_writes(house, made))
    data = _let_in(session, f"{panels.USER}{name}", *rights, made.notes())
    data = {"panel": name, "room": found.id, "profile": profile, "second_language": second_language} | data
    data["topics"] = {
        "config": topics.panel_config(house, name),
        "state": topics.state(house, found.id),
        "image": topics.image(house, found.id, made.picture),
        "meta": topics.meta(house, found.id, made.picture),
        "telemetry": topics.panel_telemetry(house, name),
        "status": topics.panel_status(house, name),
    }
    words = session.words
    said = words("cli.panel.added", name=name, room=found.name(words.language))
    named = [f"{key}: {topic}" for key, topic in data["topics"].items()]
    return Answer(data, [said, *_account(session, data), *named])


@command("list", panel)
def list_(session: Session) -> Answer:
    """List the panels, with their rooms and how they are."""
    from devices.panels.panel import panel_of
    from devices.panels.telemetry import Heard, heard_before
    from sharing.rooms.actions import rooms

    need_broker(session)
    words, heard = session.dated, heard_before(session.data)
    names = {one.id: one for one in rooms(session.store)}
    found = [panel_of(user, one.notes) for user, one in sorted(_book(session).guests.items())]
    panels = [one for one in found if one is not None]
    pairs = [(one, heard.get(one.id, Heard())) for one in panels]
    data = [
        {
            "panel": one.id,
            "room": one.room,
            "profile": one.profile,
            "second_language": one.second_language,
            "status": how.status or None,
            "battery": how.battery,
            "shown_etag": how.etag or None,
            "heard": values.moment(words, how.heard_at),
        }
        for one, how in pairs
    ]
    rows = [
        (
            one.id,
            _room(session, names, one),
            one.picture,
            words(f"cli.panel.status.{how.status}") if how.status else words("cli.node.never"),
            "" if how.battery is None else f"{how.battery:.0f} %",
            "" if how.heard_at is None else words.short_moment(how.heard_at),
            how.etag,
        )
        for one, how in pairs
    ]
    heads = ("panel", "room", "profile", "state", "battery", "heard", "shows")
    return Answer({"panels": data}, table(session, heads, rows, "cli.panel.none"))


def _room(session: Session, known: dict[str, Room], one: Panel) -> str:
    room = known.get(one.room)
    gone = room is None or not room.bookable
    return session.words("cli.panel.room_gone") if room is None or gone else room.name(session.words.language)


def _book(session: Session) -> Register:
    from sync.enrolling import register

    return register.read(session.data)


@command("remove", panel)
@argument("name", metavar="NAME")
def remove(session: Session, name: str) -> Answer:
    """Let a panel in no more: its account is gone at once."""
    from devices.panels.panel import USER

    _show_out(session, f"{USER}{name}", name)
    return Answer({"panel": name}, [session.words("cli.panel.removed", name=name)])


def _show_out(session: Session, user: str, name: str) -> None:
    """Take somebody out of the book.

    Raises:
        DoesNotExist: they are not in it.
    """
    from sharing.errors import DoesNotExist
    from sync.enrolling import register

    need_broker(session)
    with register.changing(session.data):
        book = register.read(session.data)
        if user not in book.guests:
            raise DoesNotExist(what="panel", value=name[:40])
        register.write(session.data, book.without_guest(user))


@command("home-assistant", panel)
@option("--remove", is_flag=True)
def home_assistant(session: Session, *, remove: bool) -> Answer:
    """Let Home Assistant in, said once; again: with another password."""
    from devices.panels import panel as panels
    from sync.topics import topic_house

    need_broker(session)
    words = session.words
    if remove:
        _show_out(session, panels.HOME_ASSISTANT, "home-assistant")
        return Answer({"removed": True}, [words("cli.panel.ha_removed")])
    reads = panels.home_assistant_reads(topic_house(session.store.house))
    data = _let_in(session, panels.HOME_ASSISTANT, reads, panels.HOME_ASSISTANT_WRITES, {})
    return Answer(data, [words("cli.panel.ha_added"), *_account(session, data)])
