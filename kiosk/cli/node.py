"""The machines of a house: invited at the central, joined at the kiosk, revoked when one is gone."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from kiosk.cli import values
from kiosk.cli.answer import Answer, table
from kiosk.cli.central import need_central
from kiosk.cli.frame import Session, argument, command, group, option

if TYPE_CHECKING:
    from sync.enrolling.invitation import Invitation

node = group("node")
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,30}")
_TAKEN: Final = frozenset({"central", "probe"})
"""Names that the broker has for others."""


def _checked(name: str) -> str:
    """Give a name that a machine can have.

    Raises:
        BadValue: it is none.
    """
    from sharing.errors import BadValue

    if not _NAME.fullmatch(name) or name in _TAKEN:
        raise BadValue(field="NAME", value=name, expected="a-z, 0-9, -")
    return name


@command("add", node)
@option("--host")
@argument("name", metavar="NAME")
def add(session: Session, name: str, host: str | None) -> Answer:
    """Invite a machine: a code that can be used once, as a picture to scan and in words to type."""
    from sharing.errors import TlsMissing
    from sync.enrolling import register
    from sync.enrolling.invitation import Invitation, new_code
    from sync.enrolling.register import OPEN_MS
    from sync.line.endpoint import is_loopback
    from sync.mosquitto.credentials import hashed
    from sync.server import doors, settle_port
    from sync.topics import joining

    need_central(session)
    store, who = session.store, _checked(name)
    settle_port(session.settings, session.data)
    found = doors(session.settings, session.data, host or "")
    if not (found.tls or is_loopback(found.host)):
        raise TlsMissing(host=found.host)  # or it would be said only at the new machine
    code = new_code(store.randomness(10))
    line, now = hashed(joining(who), code, randomness=store.randomness), store.clock.read().at
    with store.begin() as work:
        work.add_peer(who)
    with register.changing(session.data):
        register.write(session.data, register.read(session.data).invite(who, line, now))
    invitation = Invitation(found.host, found.port, who, code, found.pin, found.tls)
    return _invited(session, invitation, now + OPEN_MS)


def _invited(session: Session, invitation: Invitation, until: int) -> Answer:
    from sync.enrolling.invitation import in_fours, to_digits

    words, digits = session.dated, to_digits(invitation)
    code, pin = in_fours(invitation.code), in_fours(invitation.pin)
    data = {
        "node": invitation.node,
        "host": invitation.host,
        "port": invitation.port,
        "tls": invitation.tls,
        "code": code,
        "certificate": pin or None,
        "scan": digits,
        "until": values.moment(words, until),
    }
    typed = f"teilhaus node join --host {invitation.host} --port {invitation.port} --name {invitation.node}"
    if invitation.tls:
        typed += f" --tls --certificate {pin}" if pin else " --tls"
    lines = [
        words("cli.node.invitation", name=invitation.node),
        "",
        *([] if session.plain else picture(digits)),
        words("cli.node.type"),
        f"  {typed} --code {code}",
        words("cli.node.once", when=words.moment(until)),
    ]
    return Answer(data, lines)


def picture(text: str) -> list[str]:
    """Draw a QR code with half blocks: black on white, whatever colours the terminal has."""
    from qrcode.constants import ERROR_CORRECT_L
    from qrcode.main import QRCode

    code = QRCode(error_correction=ERROR_CORRECT_L, border=2)
    code.add_data(text)
    code.make(fit=True)
    rows = [[bool(one) for one in row] for row in code.get_matrix()]
    if len(rows) % 2:
        rows.append([False] * len(rows[0]))
    blocks = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}
    pairs = zip(rows[::2], rows[1::2], strict=True)
    lines = ["".join(blocks[one] for one in zip(upper, lower, strict=True)) for upper, lower in pairs]
    return [f"\033[30;107m{line}\033[0m" for line in lines]


@command("list", node)
def list_(session: Session) -> Answer:
    """List the machines of the house."""
    from sync.enrolling import register

    need_central(session)
    words, book = session.dated, register.read(session.data)
    with session.store.reader() as read:
        found, now = read.peers(), read.now
    states = {
        one.node: "revoked"
        if one.revoked_at is not None
        else "joined"
        if one.node in book.nodes
        else "invited"
        if one.node in book.invited and now < book.invited[one.node].expires_at
        else "expired"
        for one in found
    }
    data = [
        {
            "node": one.node,
            "state": states[one.node],
            "added": values.moment(words, one.added),
            "heard": values.moment(words, one.heard_at),
            "revoked": values.moment(words, one.revoked_at),
            "software": one.software or None,
        }
        for one in found
    ]
    rows = [
        (
            one.node,
            words(f"cli.node.{states[one.node]}"),
            words("cli.node.never") if one.heard_at is None else words.short_moment(one.heard_at),
        )
        for one in found
    ]
    return Answer({"nodes": data}, table(session, ("node", "state", "heard"), rows, "cli.node.none"))


@command("revoke", node)
@argument("name", metavar="NAME")
def revoke(session: Session, name: str) -> Answer:
    """Let a machine in no more: it was stolen, or it is broken and another takes its place."""
    from sharing.errors import DoesNotExist
    from sync.enrolling import register
    from sync.homes import homes_of

    need_central(session)
    with session.store.begin() as work:
        if name not in {one.node for one in work.peers()}:
            raise DoesNotExist(what="node", value=name)
        work.revoke_peer(name)
        groups = homes_of(work, name)
    with register.changing(session.data):
        register.write(session.data, register.read(session.data).without(name))
    words = session.words
    lines = [words("cli.node.is_revoked", name=name), words("cli.node.cards")]
    lines += [words("cli.node.was_home", name=name, group=group) for group in groups]
    return Answer({"node": name, "revoked": True, "home_of": groups}, lines)


@command("join", node)
@option("--host")
@option("--port", type=click.IntRange(1, 65535))
@option("--name")
@option("--code")
@option("--tls", is_flag=True)
@option("--certificate", metavar="code")
@option("--ca", type=click.Path(path_type=Path, dir_okay=False, exists=True), metavar="file")
@argument("scan", required=False, metavar="[SCAN]")
def join(
    session: Session,
    scan: str | None,
    host: str | None,
    port: int | None,
    name: str | None,
    code: str | None,
    certificate: str | None,
    ca: Path | None,
    *,
    tls: bool,
) -> Answer:
    """Join the house of a central with the code it gave; then its journal comes, and something is scanned."""
    from kiosk.cli.joining import join as go
    from kiosk.cli.joining import typed_in
    from sync.enrolling.invitation import Invitation, from_digits, read_code

    if scan is None and host is None:
        invitation = typed_in(session)
    elif scan is not None:
        invitation = from_digits(scan)
    elif host and port and name and code:
        pin = read_code(certificate) if certificate else ""
        invitation = Invitation(host, port, _checked(name), read_code(code), pin, tls or bool(pin or ca))
    else:
        raise click.UsageError("--host --port --name --code | SCAN")
    return go(session, invitation, ca)
