"""Joining a house at the kiosk: the code, the journal that comes, and a scan to see that it works."""

from __future__ import annotations

import sys
import threading
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any, Final

import click

from kiosk.cli import finding
from kiosk.cli.answer import Answer

if TYPE_CHECKING:
    from kiosk.cli.session import Session
    from sharing.people.rules import Holder
    from sync.enrolling.invitation import Invitation
    from sync.protocol import Enrolled

QUIET_S: Final = 60.0
"""After so long without a new entry the wait for the journal ends; it goes on behind the kiosk."""
LOOK_S: Final = 0.1
_SHOW_S: Final = 0.5


def typed_in(session: Session) -> Invitation:
    """Ask for the picture, or for what is to be typed, one after the other.

    Raises:
        MissingParameter: nobody is there to be asked.
        CodeMistyped: what was scanned or typed is no code.
    """
    from sync.enrolling.invitation import Invitation, from_digits, read_code

    if not sys.stdin.isatty() or session.json:
        raise click.UsageError("--host --port --name --code | SCAN")
    words = session.words
    scanned = _ask(words("cli.join.scan"))
    if scanned:
        return from_digits(scanned)
    host, port, name = (
        _ask(words("cli.join.host")),
        _ask(words("cli.join.port")),
        _ask(words("cli.join.name")),
    )
    code, pin = _ask(words("cli.join.code")), _ask(words("cli.join.certificate"))
    return Invitation(
        host,
        int(port) if port.isdecimal() else 0,
        name,
        read_code(code),
        read_code(pin) if pin else "",
        bool(pin),
    )


def _ask(prompt: str) -> str:
    click.echo(f"{prompt} ", nl=False, err=True)
    return sys.stdin.readline().strip()


def join(session: Session, invitation: Invitation, ca: Path | None) -> Answer:
    """Join, wait for the journal, and let somebody scan something.

    Raises:
        CodeWrong, CodeUsed, CodeExpired, HouseDiffers, NodeDiffers, NotCentral, Network: nothing was changed.
    """
    from sharing.errors import HouseDiffers
    from sharing.journal.clock import SystemClock
    from sync.enrolling.joining import join as ask

    own = _own(session, invitation.node)
    text = ca.read_text("utf-8") if ca is not None else ""
    clock = session.clock or SystemClock()
    enrolled = ask(invitation, clock, own=own, ca=text)
    if own is not None and enrolled.house != own.house:
        raise HouseDiffers(house=own.house, other=enrolled.house)
    _keep(session, invitation, enrolled, is_new=own is None)
    return _waited(session, enrolled)


def _own(session: Session, node: str) -> Any:
    """Give the house that is here already, if this machine can join with it.

    Raises:
        NodeDiffers: it is called something else in it.
        FolderNotEmpty: it is a central itself.
    """
    from sharing.errors import FolderNotEmpty, NodeDiffers, NoHouse
    from sharing.house import CARD_KEY
    from sync.enrolling.joining import Own

    try:
        store = session.store
    except NoHouse:
        return None
    with store.reader() as read:
        role = read.sync().role
    if role == "central":
        raise FolderNotEmpty(where=str(session.data))
    if store.node != node:
        raise NodeDiffers(node=store.node, other=node)
    return Own(store.house, (session.data / CARD_KEY).read_text("ascii"))


def _keep(session: Session, invitation: Invitation, enrolled: Enrolled, *, is_new: bool) -> None:
    """Make the house here if there is none, and write down where it belongs; the password last."""
    from sharing.house import CARD_KEY
    from sync.enrolling.enrolment import Enrolment, save
    from sync.files import write_whole

    if is_new:
        session.make_house(
            enrolled.node, enrolled.house, founded=False, role="node", key=enrolled.card_key.encode()
        )
    elif (session.data / CARD_KEY).read_text("ascii") != enrolled.card_key:
        write_whole(session.data / CARD_KEY, enrolled.card_key.encode())  # a newer key beside the old
        session.close()
    with session.store.begin() as work:
        work.set_sync(role="node", revoked=0)
    known = Enrolment(
        house=enrolled.house,
        node=enrolled.node,
        central=enrolled.central,
        host=invitation.host,
        port=invitation.port,
        tls=invitation.tls,
        ca=enrolled.ca,
        user=enrolled.node,
        password=enrolled.password,
    )
    save(session.data, known)


def _waited(session: Session, enrolled: Enrolled) -> Answer:
    words = session.words
    _say(session, words("cli.join.joined", name=enrolled.node))
    complete, entries = _wait_for_journal(session)
    data: dict[str, Any] = {
        "house": enrolled.house,
        "node": enrolled.node,
        "complete": complete,
        "entries": entries,
        "scanned": None,
    }
    if not complete:
        return Answer(data, [words("cli.join.not_yet", n=entries)])
    lines = [words("cli.join.complete", n=entries)]
    if session.json or not sys.stdin.isatty():
        return Answer(data, [*lines, words("cli.join.start")])
    _say(session, *lines)
    data["scanned"] = _test_scan(session)
    return Answer(data, [words("cli.join.start")])


def _say(session: Session, *lines: str) -> None:
    if not session.json:
        for line in lines:
            click.echo(line, err=True)


def _wait_for_journal(session: Session) -> tuple[bool, int]:
    """Bring the house together here, unless another process of this folder does; gives whether all came."""
    from sync.lock import alone
    from sync.running import run

    stop = threading.Event()
    with alone(session.data) as ours:
        thread = threading.Thread(target=_beside, args=(session, run, stop), daemon=True)
        if ours:
            thread.start()
        try:
            return _watch(session)
        finally:
            stop.set()
            if ours:
                thread.join()


def _beside(session: Session, run: Any, stop: threading.Event) -> None:
    house = session.open_house()  # a connection belongs to its thread
    try:
        run(house, session.settings, stop)
    finally:
        house.close()


def _watch(session: Session) -> tuple[bool, int]:
    """Wait until everything came and everything went, as long as something still comes."""
    from sync import said

    shown, before, since = 0.0, -1, monotonic()
    while True:
        with session.store.reader() as read:
            state, unacked = read.sync(), read.unacked()
        now, told = monotonic(), said.read(session.data)
        together = told is not None and told.state == said.TOGETHER and not told.what
        if together and state.term and state.applied >= state.central_gsn and not unacked:
            _progress(session, state.applied, state.central_gsn, end="\n")
            return True, state.applied
        if state.applied - unacked != before:
            before, since = state.applied - unacked, now
        if now - since > QUIET_S:
            return False, state.applied
        if now - shown > _SHOW_S:
            shown = now
            _progress(session, state.applied, state.central_gsn)
        sleep(LOOK_S)


def _progress(session: Session, applied: int, gsn: int, *, end: str = "") -> None:
    if sys.stderr.isatty() and not session.json and not session.plain:
        sys.stderr.write("\r" + session.words("cli.join.progress", n=applied, of=max(applied, gsn)) + end)
        sys.stderr.flush()


def _test_scan(session: Session) -> str | None:
    """Let somebody scan a thing or a card, and say what it is; nothing is lent and nothing is written."""
    from sharing.errors import Refusal

    words = session.words
    while text := _ask(words("cli.join.test")):
        try:
            name = _read(session, text)
        except Refusal as refusal:
            _say(session, words.why(refusal), words("cli.join.again"))
            continue
        _say(session, words("cli.join.read", name=name))
        return name
    return None


def _read(session: Session, text: str) -> str:
    """Give the name of what was scanned.

    Raises:
        Refusal: nothing here bears it.
    """
    from sharing.errors import UnknownCode
    from sharing.texts import shown

    try:
        with session.store.reader() as read:
            return shown(finding.thing(read, text).name(session.words.language))
    except UnknownCode:
        found: Holder = finding.holder(session, text)
        return found.person.initials if found.person else ", ".join(sorted(found.roles))
