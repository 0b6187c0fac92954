"""The picture of one door, as its panel would show it: to look at, and for panels that fetch a file."""

from __future__ import annotations

from pathlib import Path

import click

from kiosk.cli import values
from kiosk.cli.answer import Answer
from kiosk.cli.frame import Session, argument, command, option


@command("render")
@option("--profile", default="800x480-bw")
@option("--second-language", "second", default="")
@option("--at", metavar="time")
@option("--stale", is_flag=True)
@option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True)
@argument("room")
def render(
    session: Session, room: str, profile: str, second: str, at: str | None, out: Path, *, stale: bool
) -> Answer:
    """Draw the picture of a door into a file (.png)."""
    from devices.panels.gathering import known_at
    from devices.panels.picture.picture import picture
    from devices.panels.picture.profiles import profile_named
    from devices.panels.state import room_state
    from devices.paper.files import check_kind, whole_file
    from kiosk.cli.booking_times import wall
    from kiosk.i18n import FIRST, Words, languages
    from sharing.rooms.reading import room_by

    wanted, terms = profile_named(profile), session.terms
    values.second_language(second)
    check_kind(out, ".png")
    first = session.lang or next((one for one in terms.languages if one in languages()), FIRST)
    words = [Words(first, terms.zone), *([Words(second, terms.zone)] if second else [])]
    with session.store.reader() as read:
        moment = read.now if at is None else wall(session, at).instant(terms.zone)
        known = known_at(read, room_by(read, room), terms, moment, web=session.settings.web.address)
    found = picture(room_state(known, terms, moment), wanted, words, stale=stale)
    with whole_file(out) as path:
        path.write_bytes(found.png)
    data = {
        "file": str(out), "etag": found.etag, "w": found.w, "h": found.h, "palette": found.palette,
        "rendered_at": found.rendered_at, "valid_until": found.valid_until,
        "next_change_at": found.next_change_at, "next_wake_s": found.next_wake_s,
    }  # fmt: skip
    return Answer(data, [session.words("cli.panel.rendered", file=str(out), w=found.w, h=found.h)])
