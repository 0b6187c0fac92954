"""Compile the catalogues and bring `docs/words.md` up to date with them.

`python -P -m tests.tools.catalogues` after a text was changed in the two `.po` files. The catalogues are
what runs; the page is what people read, so it keeps its order and its sounds, takes its texts from the
catalogues and gets new keys at the end of the table of their family.
"""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from babel.messages import mofile, pofile

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

ROOT = Path(__file__).parents[2]
LOCALE = ROOT / "kiosk" / "locale"
PAGE = ROOT / "docs" / "words.md"
PAGE_LANGUAGES = ("de", "en")
ALWAYS = datetime(2026, 1, 1, tzinfo=UTC)
"""Stands in the compiled files, so that the same texts are the same bytes."""
BETWEEN = " ¦ "
ROW = re.compile(r"^\| `([a-z_]+\.[a-z_0-9.]+)` \| (.*) \| (.*) \|(.*)\|$")
HEADING = re.compile(r"^## .*\((.*)\)$")


def po_path(language: str) -> Path:
    """Where the texts of a language are written."""
    return LOCALE / language / "LC_MESSAGES" / "teilhaus.po"


def catalogue(language: str) -> Catalog:
    """The texts of one language as written."""
    with po_path(language).open("rb") as file:
        return pofile.read_po(file, locale=language)


def texts(language: str) -> dict[str, str]:
    """Key to text of one language; plural forms joined as the page shows them."""
    found: dict[str, str] = {}
    for message in catalogue(language):
        if message.id:
            key = message.id if isinstance(message.id, str) else message.id[0]
            found[key] = (
                message.string if isinstance(message.string, str) else BETWEEN.join(message.string or ())
            )
    return found


def compiled(language: str) -> bytes:
    """The bytes the program loads."""
    target, written = io.BytesIO(), catalogue(language)
    written.creation_date = written.revision_date = ALWAYS
    mofile.write_mo(target, written)
    return target.getvalue()


def page_rows(page: str) -> dict[str, tuple[str, str, str]]:
    """Key to (German, English, sound) as the page has them."""
    rows = (ROW.match(line) for line in page.splitlines())
    return {row[1]: (row[2].strip(), row[3].strip(), row[4].strip()) for row in rows if row}


def refreshed(page: str) -> str:
    """The page with the texts of the catalogues, old keys gone and new ones in their family's table."""
    by_language = [texts(language) for language in PAGE_LANGUAGES]
    keys = [key for key in by_language[0] if all(key in one for one in by_language)]
    new = [key for key in keys if key not in page_rows(page)]
    lines: list[str] = []
    families: list[str] = []
    for line in [*page.splitlines(), ""]:
        row = ROW.match(line)
        if row:
            if row[1] in keys:
                lines.append(_row(row[1], by_language, row[4].strip()))
            continue
        if not line and lines and lines[-1].startswith("|"):
            mine = [key for key in new if key.split(".")[0] in families]
            lines += [_row(key, by_language, "") for key in mine]
            new = [key for key in new if key not in mine]
        heading = HEADING.match(line)
        families = re.findall(r"`([a-z_]+)`", heading[1]) if heading else families
        lines.append(line)
    for family in dict.fromkeys(key.split(".")[0] for key in new):
        mine = [key for key in new if key.split(".")[0] == family]
        lines += [f"## More (`{family}`)", "", "| key | Deutsch | English | sound |", "|---|---|---|---|"]
        lines += [*(_row(key, by_language, "") for key in mine), ""]
    return "\n".join(lines).rstrip("\n") + "\n"


def _row(key: str, by_language: list[dict[str, str]], sound: str) -> str:
    cells = " | ".join(one[key].replace("|", "\\|").replace("\n", " ") for one in by_language)
    return f"| `{key}` | {cells} | {sound}{' ' if sound else ''}|"


def main() -> None:
    """Write every `.mo` and the page."""
    for folder in sorted(LOCALE.iterdir()):
        if po_path(folder.name).exists():
            po_path(folder.name).with_suffix(".mo").write_bytes(compiled(folder.name))
    PAGE.write_text(refreshed(PAGE.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main()
