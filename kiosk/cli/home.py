"""Who decides in the house: which machine is home of which group, and how that changes."""

from __future__ import annotations

from time import monotonic, sleep
from typing import TYPE_CHECKING, Any, Final

from kiosk.cli.answer import Answer, table
from kiosk.cli.frame import Session, argument, command, group, option

if TYPE_CHECKING:
    from sharing.journal.store import Reader

home = group("home")
WAIT_S: Final = 15.0
"""So long the old home has to let go, if it is there, before it is said that it was asked."""


def _homes(read: Reader) -> list[dict[str, Any]]:
    """Give each group with its newest reign; `released` says that it decides no more."""
    rows = read.rows(
        "SELECT r.grp, r.epoch, r.node, r.released, "
        "(SELECT MAX(n) FROM verdict v WHERE v.grp = r.grp AND v.home_epoch = r.epoch) FROM reign r "
        "WHERE r.epoch = (SELECT MAX(epoch) FROM reign o WHERE o.grp = r.grp) ORDER BY r.grp"
    )
    waiting = read.rows("SELECT COUNT(*) FROM local_request")[0][0]
    return [
        {
            "group": grp,
            "node": node,
            "epoch": epoch,
            "released": released is not None,
            "decided": last or 0,
            "here": node == read.store.node,
            "waiting": waiting,
        }
        for grp, epoch, node, released, last in rows
    ]


@command("show", home)
def show(session: Session) -> Answer:
    """Say which machine decides about rooms and promises."""
    with session.store.reader() as read:
        found, state = _homes(read), read.sync()
    words = session.words
    rows = [
        (
            one["group"],
            one["node"],
            words("cli.home.released") if one["released"] else "",
            str(one["decided"]),
            str(one["waiting"]),
        )
        for one in found
    ]
    lines = table(session, ("group", "node", "state", "decided", "waiting"), rows)
    if state.is_stopped:
        lines.append(words("cli.home.stopped"))
    data = {"homes": found, "stopped": state.is_stopped, "restoring": bool(state.restoring)}
    return Answer(data, lines)


@command("move", home)
@option("--to", required=True, metavar="node")
@option("--force", is_flag=True)
@argument("group_", metavar="GROUP")
def move(session: Session, group_: str, to: str, *, force: bool) -> Answer:
    """Let another machine decide: the old one lets go first, or with --force is not asked."""
    from sharing.errors import DoesNotExist, NotCentral

    with session.store.reader() as read:
        known = {one["group"]: one for one in _homes(read)}
        role = read.sync().role
        nodes = {one.node for one in read.peers() if one.revoked_at is None} | {read.store.node}
    if group_ not in known:
        raise DoesNotExist(what="group", value=group_)
    if role == "node":
        raise NotCentral
    if to not in nodes:
        raise DoesNotExist(what="node", value=to)
    now = known[group_]["node"]
    if now == to and not force:
        return Answer(
            {"group": group_, "node": to, "moved": False}, [session.words("cli.home.same", node=to)]
        )
    _begin(session, group_, to, own=now == session.store.node, force=force)
    return _moved(session, group_, to, now)


def _begin(session: Session, group_: str, to: str, *, own: bool, force: bool) -> None:
    """Move at once where nobody has to be asked; else ask."""
    from sharing.journal.entry import Draft
    from sharing.journal.shapes import GROUP, HomeReleaseAsked

    with session.store.begin() as work:
        if own or force:
            if own and work.is_home(group_):
                work.release_home(group_)
            work.move_home(group_, to)
            return
        asked = HomeReleaseAsked(group=group_, to=to)
        work.append(work.new_id(), [Draft(f"{GROUP}{group_}", asked, nature="request")])


def _moved(session: Session, group_: str, to: str, before: str) -> Answer:
    """Wait a while until the old home has let go.

    Raises:
        HomeAsked: it is not there; it lets go when it is back.
    """
    from sharing.errors import HomeAsked

    until = monotonic() + WAIT_S
    while monotonic() < until:
        with session.store.reader() as read:
            found = next(one for one in _homes(read) if one["group"] == group_)
        if found["node"] == to:
            data = {"group": group_, "node": to, "epoch": found["epoch"], "moved": True}
            return Answer(data, [session.words("cli.home.moved", group=group_, node=to)])
        sleep(0.1)
    raise HomeAsked(node=before)
