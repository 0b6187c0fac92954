"""The broker's book as a broker that is there already wants it: who may log in, and what each may do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click

from kiosk.cli.answer import Answer, table
from kiosk.cli.frame import Session, command, group, option

if TYPE_CHECKING:
    from pathlib import Path

broker = group("broker")
FILES: Final = ("teilhaus.access", "teilhaus.passwords")
"""What the two files are called in `config/mosquitto/teilhaus.conf`."""
FOLDER: Final = click.Path(file_okay=False)


@command("lines", broker)
@option("--out", metavar="folder", type=FOLDER)
def lines(session: Session, out: str | None) -> Answer:
    """Give both files of a broker that is there already; with `--out` write them, for their owner only."""
    from pathlib import Path

    from kiosk.cli.panels import need_broker
    from sync.topics import topic_house

    need_broker(session)
    users, files = _files(session)
    words = session.words
    accounts = [{"user": user, "what": _what(user)} for user in users]
    data = {"house": topic_house(session.store.house), "accounts": accounts}
    if out is None:
        said = [line for name in FILES for line in (f"# {name}", *files[name].splitlines(), "")]
        return Answer(data | {"files": files}, said)
    _write(Path(out), files)
    rows = [(one["user"], words(f"cli.broker.{one['what']}")) for one in accounts]
    told = [words("cli.broker.written", folder=out), words("cli.broker.again")]
    return Answer(data | {"folder": out}, [*table(session, ("user", "what"), rows, "cli.panel.none"), *told])


def _files(session: Session) -> tuple[list[str], dict[str, str]]:
    """Give who may log in, and both files; what doors and pages need is let in first."""
    from devices.panels.panel import DOORS, doors_read
    from kiosk.cli.publishing import account, password_of
    from sync.enrolling import register
    from sync.mosquitto.credentials import Rules, access
    from sync.topics import topic_house

    data, store = session.data, session.store
    house = topic_house(store.house)
    account(data, store.house)
    password_of(data, DOORS, Rules(doors_read(house), ()))
    book = register.read(data)
    users = _central(session) | dict(sorted(book.users(store.clock.read().at).items()))
    rights = access(house, users.keys() - book.guests.keys(), book.rules())
    return list(users), dict(zip(FILES, (rights, "".join(f"{one}\n" for one in users.values())), strict=True))


def _central(session: Session) -> dict[str, str]:
    """Give the central's line: the one that its own files have, so that it does not change each time."""
    from sync.mosquitto.credentials import PASSWORDS, hashed, matches
    from sync.mosquitto.own import CREDENTIALS
    from sync.server import own_password
    from sync.topics import CENTRAL

    with session.store.reader() as read:
        if read.sync().role != "central":
            return {}
    password, known = own_password(session.house), session.data / CREDENTIALS / PASSWORDS
    lines = known.read_text("utf-8").splitlines() if known.exists() else []
    mine = (one for one in lines if one.startswith(f"{CENTRAL}:") and matches(one, password))
    return {CENTRAL: next(mine, "") or hashed(CENTRAL, password, randomness=session.store.randomness)}


def _what(user: str) -> str:
    from devices.panels import panel
    from sync.topics import CENTRAL, is_joining

    named = {
        CENTRAL: "central", panel.PUBLISHER: "publisher", panel.DOORS: "doors",
        panel.HOME_ASSISTANT: "home_assistant",
    }  # fmt: skip
    if user in named:
        return named[user]
    if user.startswith(panel.USER):
        return "panel"
    return "joining" if is_joining(user) else "machine"


def _write(folder: Path, files: dict[str, str]) -> None:
    """Write both, each whole or not at all.

    Raises:
        FileNotWritten: they cannot be written there.
    """
    from sharing.errors import FileNotWritten
    from sync.files import write_whole

    try:
        for name, text in files.items():
            write_whole(folder / name, text.encode())
    except OSError as error:
        raise FileNotWritten(path=str(folder), reason=error.strerror or "") from error
