"""What docs/house.md tells people to do, done."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

from sharing.house import House, open_house
from sharing.journal.verify import verify
from tests.walk.walk import ROOT

UNITS = ROOT / "config" / "systemd"
PAGE = ROOT / "docs" / "house.md"


def back_up(data: Path, to: Path) -> subprocess.CompletedProcess[str]:
    script = ["sh", str(UNITS / "backup.sh"), str(data), str(to)]
    return subprocess.run(script, check=False, capture_output=True, text=True, timeout=60)


def copy_in(to: Path) -> Path:
    (folder,) = to.iterdir()
    return folder


def test_a_backup_of_a_house_in_use_opens_and_is_whole(house: House, tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert (data / "teilhaus.db-wal").stat().st_size > 0

    done = back_up(data, tmp_path / "copies")

    assert (done.returncode, done.stderr) == (0, "")
    restored = copy_in(tmp_path / "copies")
    shutil.copy(data / "card.key", restored / "card.key")
    opened = open_house(restored)
    assert opened.store.house == house.store.house
    assert verify(opened.store).faults == ()
    opened.close()


def test_a_backup_is_for_its_owner_only_without_the_key_of_the_cards_and_the_next_replaces_it(
    house: House, tmp_path: Path
) -> None:
    for _ in range(2):
        assert back_up(tmp_path / "data", tmp_path / "copies").returncode == 0

    files = list(copy_in(tmp_path / "copies").iterdir())
    assert {one.name for one in files} == {"teilhaus.db"}
    assert {one.stat().st_mode & 0o077 for one in files} == {0}
    assert 1 <= int(copy_in(tmp_path / "copies").name) <= 7


def test_a_backup_of_nothing_fails_and_leaves_the_copy_before_it(house: House, tmp_path: Path) -> None:
    assert back_up(tmp_path / "data", tmp_path / "copies").returncode == 0
    before = (copy_in(tmp_path / "copies") / "teilhaus.db").read_bytes()

    assert back_up(tmp_path / "nothing", tmp_path / "copies").returncode != 0
    assert (copy_in(tmp_path / "copies") / "teilhaus.db").read_bytes() == before


def test_every_file_that_the_page_and_the_units_name_is_there() -> None:
    texts = [PAGE, *UNITS.glob("*.service")]
    named = {one for text in texts for one in re.findall(r"/opt/teilhaus/([\w./-]+\w)", text.read_text())}

    assert {"config/foot.ini", "config/systemd/backup.sh", "teilhaus"} <= named
    assert [one for one in named if not (ROOT / one).exists()] == []


def test_the_terminal_of_the_kiosk_has_none_of_its_own_keys() -> None:
    text = (ROOT / "config" / "foot.ini").read_text()
    bindings = re.findall(r"^([\w-]+)=(.*)$", text[text.index("[key-bindings]") :], re.MULTILINE)

    assert len(bindings) >= 20
    assert {what for _, what in bindings} == {"none"}
    assert "spawn-terminal" in dict(bindings)
