"""The central: the machine that all others of the house report to. Made, run, backed up, restored."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kiosk.cli import values
from kiosk.cli.answer import Answer, facts, table
from kiosk.cli.frame import Group, Session, argument, command, group, option
from kiosk.cli.serving import run_central

if TYPE_CHECKING:
    from sharing.house import House
    from sync.watching.health import Health

_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.pass_context
def _bare(context: click.Context) -> Answer | int | None:
    """`teilhaus central` alone runs it."""
    if context.invoked_subcommand is not None:
        return None
    from kiosk.cli import session as sessions

    session = sessions.of(context)
    session.prepare()
    return run_central(session)


central: Group = group("central", callback=_bare, invoke_without_command=True)
quarantine = group("quarantine")
central.add_command(quarantine)


@command("run", central)
def run(session: Session) -> Answer | int:
    """Be the central until the process is told to end."""
    return run_central(session)


@command("init", central)
@option("--demo", is_flag=True)
@option("--adopt", is_flag=True)
@option("--name")
def init(session: Session, name: str | None, *, demo: bool, adopt: bool) -> Answer:
    """Make the house here: empty, the example, or for a house that a kiosk has already."""
    from kiosk.cli import setting_up
    from sync.topics import CENTRAL

    if demo and adopt:
        raise click.UsageError("--demo | --adopt")
    if demo:
        return setting_up.make_example(session, CENTRAL, name, role="central")
    with setting_up.making(session):
        house = session.make_house(CENTRAL, setting_up.checked_name(name), founded=not adopt, role="central")
        if adopt:
            _adopt(house)
        else:
            setting_up.first_rules(house, name)
    data = {"data": str(session.data), "node": house.store.node, "name": house.store.house, "adopt": adopt}
    words = session.words
    said = words("cli.central.adopts" if adopt else "cli.init.made", data=str(session.data))
    return Answer(data, [said, words("cli.central.next")])


def _adopt(house: House) -> None:
    """Note that the key of the cards comes from the house's first kiosk."""
    from sync.enrolling.reception import ADOPTING
    from sync.files import write_whole

    write_whole(house.data / ADOPTING, b"")


def need_central(session: Session) -> None:
    """Refuse what only the central does.

    Raises:
        NotCentral: this machine is none.
    """
    from sharing.errors import NotCentral

    with session.store.reader() as read:
        if read.sync().role != "central":
            raise NotCentral


@command("status", central)
def status(session: Session) -> Answer:
    """Say how the central and its machines are doing."""
    import msgspec

    from sync.watching.health import look

    need_central(session)
    found = look(session.store)
    data: dict[str, Any] = msgspec.to_builtins(found)
    data |= {"running": _is_running(session)}
    return Answer(data, _told(session, found))


def _is_running(session: Session) -> bool:
    from sync.lock import alone

    with alone(session.data) as ours:
        return not ours


def _told(session: Session, found: Health) -> list[str]:
    words = session.dated
    head = facts(
        session,
        [
            ("house", found.house),
            ("runs", words("cli.yes") if _is_running(session) else words("cli.no")),
            ("entries", found.entries),
            ("cases", found.cases),
            ("quarantined", found.quarantined),
        ],
    )
    waits = [words("cli.central.restoring")] if found.restoring else []
    rows = [
        (
            one.node,
            words("cli.node.revoked") if one.revoked else _heard(session, one.heard_at),
            str(one.lag),
            "" if one.offset_ms is None else f"{one.offset_ms / 1000:.1f} s",
            str(one.refused),
        )
        for one in found.machines
    ]
    heads = ("node", "heard", "lag", "clock", "refused")
    return [*head, *waits, "", *table(session, heads, rows, "cli.node.none")]


def _heard(session: Session, at: int | None) -> str:
    return session.words("cli.node.never") if at is None else session.dated.short_moment(at)


def _backup_folder(session: Session, folder: Path | None) -> Path:
    """Give the folder that was named, or the one of the settings."""
    if folder is not None:
        return folder
    if session.settings.central.backup_folder:
        return Path(session.settings.central.backup_folder)
    raise click.UsageError("FOLDER")


@command("backup", central)
@argument("folder", type=_FOLDER, required=False, metavar="[FOLDER]")
def backup(session: Session, folder: Path | None) -> Answer:
    """Copy the house while it is in use; the copy is opened and read through."""
    import msgspec

    from sync.copies.backup import WHOLE
    from sync.copies.backup import backup as take

    taken = take(session.house, _backup_folder(session, folder), url=session.url)
    data = {"folder": str(taken.folder), **msgspec.to_builtins(taken.manifest)}
    words = session.words
    key = "cli.backup.whole" if taken.manifest.checked == WHOLE else "cli.backup.read"
    lines = [
        words("cli.backup.taken", folder=str(taken.folder)),
        words(key, n=taken.manifest.entries),
        words("cli.backup.key", file=str(session.data / "card.key")),
    ]
    return Answer(data, lines)


@command("restore", central)
@argument("folder", type=_FOLDER, metavar="FOLDER")
def restore(session: Session, folder: Path) -> Answer:
    """Put a backup, or the newest of a folder, in the place of a lost central."""
    import msgspec

    from sync.copies.restore import restore as put

    url = session.url
    done = put(folder, session.data, url=url, clock=session.clock)
    words = session.dated
    data = {**msgspec.to_builtins(done.manifest), "emptied": done.emptied, "term": done.term}
    lines = [
        words("cli.restore.done", n=done.manifest.entries, when=words.moment(done.manifest.taken_at)),
        words("cli.restore.waits"),
        words("cli.restore.next"),
    ]
    return Answer(data, lines)


@command("end-wait", central)
def end_wait(session: Session) -> Answer:
    """After a restore: wait no longer for machines that do not come back."""
    from sync.at_central.restoring import end_wait as end

    need_central(session)
    with session.store.reader() as read:
        waited = bool(read.sync().restoring)
    end(session.store)
    return Answer(
        {"waited": waited}, [session.words("cli.restore.ended" if waited else "cli.restore.no_wait")]
    )


@command("list", quarantine)
def list_(session: Session) -> Answer:
    """List what was set aside because it could not be taken."""
    need_central(session)
    words = session.dated
    with session.store.reader() as read:
        found = read.quarantined()
    data = [
        {
            "n": one.n,
            "node": one.node,
            "seq": one.seq,
            "parts": one.parts,
            "reason": one.reason,
            "at": values.moment(words, one.at),
            "bytes": len(one.raw),
        }
        for one in found
    ]
    rows = [(str(one.n), one.node, words.short_moment(one.at), one.reason) for one in found]
    return Answer({"quarantined": data}, table(session, ("number", "node", "at", "reason"), rows))


@command("release", quarantine)
@argument("number", type=click.IntRange(1), metavar="NUMBER")
def release(session: Session, number: int) -> Answer:
    """Take something in after all that was set aside."""
    from sync.at_central.quarantine import release as let_go

    need_central(session)
    let_go(session.store, number)
    return Answer({"n": number, "state": "released"}, [session.words("cli.quarantine.released")])


@command("drop", quarantine)
@argument("number", type=click.IntRange(1), metavar="NUMBER")
def drop(session: Session, number: int) -> Answer:
    """Say of something that was set aside that it is never taken in."""
    from sync.at_central.quarantine import drop as put_away

    need_central(session)
    put_away(session.store, number)
    return Answer({"n": number, "state": "dropped"}, [session.words("cli.quarantine.dropped")])
