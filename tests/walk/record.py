"""Write what the screens of the walk said: `python -P -m tests.walk.record` renews docs/walk.md."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.walk import rooms, two
from tests.walk.story import walk_through
from tests.walk.terminal import COLUMNS, Terminal
from tests.walk.walk import ROOT, Shot, Walk

PAGE = ROOT / "docs" / "walk.md"
ROOMS_PAGE = ROOT / "docs" / "walk-rooms.md"
TWO_PAGE = ROOT / "docs" / "walk-two-kiosks.md"
MOST_BLANK = 3
"""Empty rows that are printed; more stand as one row of dots."""
FIRST = """\
# A morning at the kiosk

The screens of the real program in a real terminal of 76 × 22 cells, with the example house: what somebody
scanned or pressed, and what stood there then. `python -P -m tests.walk.record` writes this page; it walks the
way of `tests/walk/story.py`, and a test walks the same way and asks for the lines that matter. The house's
clock stands at Monday, 1 June 2026, 10:00, and goes on five seconds with each scan. More than three empty
rows are printed as one with `⋮`.
"""


ROOMS_FIRST = """\
# A room for ten Tuesdays

The rooms of the example house at the kiosk, from the first look to the calendar on a phone: recorded like
[A morning at the kiosk](walk.md), by the same command, on the way of `tests/walk/rooms.py`.
"""


TWO_FIRST = """\
# Two kiosks and a cut line

Two kiosks of the example house, a central and its broker, all of them real, and a line that is cut at one of
the kiosks: recorded like [A morning at the kiosk](walk.md), by the same command, on the way of
`tests/walk/two.py`. How such a house is set up stands in [A central, and several machines](central.md).
"""


def page_of(shots: Iterable[Shot], first: str = FIRST) -> str:
    """Lay out the page."""
    parts = [first]
    for title, some in groupby(shots, key=lambda shot: shot.part):
        parts.append(f"\n## {title}\n")
        parts += [f"\n{shot.says}\n\n{_framed(shot.screen)}\n" for shot in some]
    return "".join(parts)


def _framed(screen: str) -> str:
    edge = "─" * COLUMNS
    lines: list[str] = []
    for line, some in groupby(screen.splitlines()):
        rows = list(some)
        short = not line and len(rows) > MOST_BLANK
        lines += [f"│{'⋮':^{COLUMNS}}│"] if short else [f"│{row:<{COLUMNS}}│" for row in rows]
    return "\n".join(("```", f"┌{edge}┐", *lines, f"└{edge}┘", "```"))


def main() -> None:
    """Walk all ways, and write the pages."""
    for page, first, way in ((PAGE, FIRST, walk_through), (ROOMS_PAGE, ROOMS_FIRST, rooms.walk_through)):
        with TemporaryDirectory(prefix="teilhaus-walk-") as folder:
            terminal = Terminal(Path(folder))
            walk = Walk(Path(folder), terminal)
            try:
                way(walk)
            finally:
                terminal.close()
                if "--even-if-it-fails" in sys.argv:
                    (Path(sys.argv[-1])).write_text(page_of(walk.shots, first), encoding="utf-8")
        page.write_text(page_of(walk.shots, first), encoding="utf-8")
    with TemporaryDirectory(prefix="teilhaus-walk-") as folder, two.pair(Path(folder)) as pair:
        two.walk_through(pair)
        TWO_PAGE.write_text(page_of(pair.shots, TWO_FIRST), encoding="utf-8")


if __name__ == "__main__":
    main()
