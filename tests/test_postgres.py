"""The server that tests start goes away with them; if they were killed, with the next run."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.postgres import left_behind, own, remove


def cluster(place: Path, name: str, *words: str) -> tuple[Path, subprocess.Popen[bytes]]:
    """Make the folder of a cluster, and a process with these words in the place of its server."""
    folder = place / f"teilhaus-pg-{name}"
    (folder / "data").mkdir(parents=True)
    server = subprocess.Popen(
        [sys.executable, "-c", "import time; time.sleep(60)", *(words or (str(folder),))]
    )
    (folder / "data" / "postmaster.pid").write_text(f"{server.pid}\n")
    threading.Thread(target=server.wait).start()  # or it stayed as a zombie, which is a process too
    return folder, server


@pytest.mark.parametrize("is_server", [True, False])
def test_what_a_killed_run_left_is_ended_and_removed(tmp_path: Path, *, is_server: bool) -> None:
    dead, server = cluster(tmp_path, "dead", *(() if is_server else ("another's",)))
    own(dead).close()  # as the system does for a process that is killed

    assert left_behind(tmp_path) == [dead]
    remove(dead)

    assert not dead.exists()
    if not is_server:
        assert server.poll() is None
        server.kill()
    assert server.wait(10) == (-signal.SIGQUIT if is_server else -signal.SIGKILL)


def test_the_server_of_a_run_that_lives_or_has_just_begun_is_left_alone(tmp_path: Path) -> None:
    living, server = cluster(tmp_path, "living")
    begun, other = cluster(tmp_path, "begun")
    with own(living):
        assert left_behind(tmp_path) == []

    assert begun.exists()
    server.kill()
    other.kill()
