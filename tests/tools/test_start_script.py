"""`./teilhaus` with a Python that only pretends: what is set up when, and what is said when parts miss."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

PRETENDED = """#!/bin/sh
# A Python that notes what it is asked for. It stands for the system's and, copied, for the one in .venv.
echo "$(basename "$0") $*" >>"{log}"
case "$*" in
    *version_info*) exit {too_old} ;;
    "-m pip --version") exit {no_pip} ;;
    "-m venv "*)
        for venv in "$@"; do :; done
        mkdir -p "$venv/bin" "$venv/lib/site-packages"
        cp "$0" "$venv/bin/python" ;;
    *purelib*) cd "$(dirname "$0")/../lib/site-packages" && pwd ;;
    "-m pip "*) sleep 0.2; exit {no_network} ;;
    "-P -m kiosk"*) pwd; shift 3; for word in "$@"; do echo "<$word>"; done ;;
esac
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    folder = tmp_path / "check out"
    folder.mkdir()
    shutil.copy(ROOT / "teilhaus", folder)
    for lock in ("requirements.lock", "requirements-dev.lock", "requirements-central.lock"):
        (folder / lock).write_text(f"{lock}, first\n")
    pretend(folder)
    return folder


def pretend(checkout: Path, *, too_old: int = 0, no_pip: int = 0, no_network: int = 0) -> None:
    script = PRETENDED.format(log=checkout / "log", too_old=too_old, no_pip=no_pip, no_network=no_network)
    (checkout / "python3").write_text(script)
    (checkout / "python3").chmod(0o755)


def start(
    checkout: Path, *words: str, python: str = "python3", cwd: Path | None = None
) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [checkout / "teilhaus", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=cwd or checkout,
        env={"PATH": "/usr/bin:/bin", "PYTHON": str(checkout / python)},
    )


def ended(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=60)
    return process.returncode, out, err


def installs(checkout: Path) -> int:
    return (checkout / "log").read_text().count(" install ")


def test_the_first_start_sets_up_and_later_ones_do_not(checkout: Path) -> None:
    for _ in range(3):
        assert ended(start(checkout, "loans"))[0] == 0

    assert installs(checkout) == 1


def test_arguments_and_the_folder_one_stands_in_stay_as_they_were(checkout: Path, tmp_path: Path) -> None:
    code, out, _ = ended(start(checkout, "labels", "--out", "my labels.pdf", "", "*", cwd=tmp_path))

    assert code == 0
    assert out.splitlines() == [str(tmp_path), "<labels>", "<--out>", "<my labels.pdf>", "<>", "<*>"]


def test_another_lock_is_set_up_again(checkout: Path) -> None:
    ended(start(checkout, "loans"))
    (checkout / "requirements.lock").write_text("second\n")
    ended(start(checkout, "loans"))

    assert installs(checkout) == 2


def test_two_first_starts_at_once_set_up_once(checkout: Path) -> None:
    both = [start(checkout, "loans"), start(checkout, "loans")]

    assert [ended(process)[0] for process in both] == [0, 0]
    assert installs(checkout) == 1


def test_the_checkout_is_named_from_inside_the_environment_and_can_be_moved(checkout: Path) -> None:
    ended(start(checkout, "loans"))

    assert (checkout / ".venv/lib/site-packages/teilhaus.pth").read_text() == "../../../..\n"


def test_a_set_up_that_broke_off_is_done_again(checkout: Path) -> None:
    pretend(checkout, no_network=1)
    code, _, err = ended(start(checkout, "loans"))
    pretend(checkout)

    assert code == 1
    assert "when the network is there" in err
    shutil.copy(checkout / "python3", checkout / ".venv/bin/python")
    assert ended(start(checkout, "loans"))[0] == 0
    assert installs(checkout) == 2


@pytest.mark.parametrize(
    ("python", "fault", "said"),
    [
        ("nowhere", {}, "apt-get install python3 python3-pip"),
        ("python3", {"too_old": 1}, "Python 3.11 or newer"),
        ("python3", {"no_pip": 1}, "apt-get install python3-pip"),
    ],
)
def test_what_is_missing_is_named_with_what_to_do(
    checkout: Path, python: str, fault: dict[str, int], said: str
) -> None:
    pretend(checkout, **fault)

    code, out, err = ended(start(checkout, "run", python=python))

    assert (code, out) == (1, "")
    assert said in err
    assert "Traceback" not in err
