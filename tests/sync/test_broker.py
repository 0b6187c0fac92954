from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import sys
from pathlib import Path
from typing import IO, cast

import pytest

from sharing.errors import BrokerFailed, NoBroker, PortTaken, TlsMissing
from sync.broker import Broker, Patience, Running
from sync.mosquitto import broker_files
from sync.mosquitto.broker_files import Listen, answers
from tests.integration.mosquitto import carrier, until

QUICK = Patience(answer=5, stop=2, first=0.05, longest=0.5)


def is_alive(pid: int) -> bool:
    """Whether a process runs, and is not only waiting to be buried."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_broker_answers_when_start_returns_and_is_gone_after_stop(tmp_path: Path) -> None:
    with carrier(tmp_path / "broker", "desk") as made:
        pid = made.broker.pid
        assert pid is not None
        assert made.broker.state is Running.RUNNING
        assert answers("127.0.0.1", made.broker.port, "desk", "deskdesk")
        assert not answers("127.0.0.1", made.broker.port, "desk", "wrong")
        assert not answers("127.0.0.1", made.broker.port, "", "")
    assert not is_alive(pid)
    assert made.broker.pid is None


def test_it_works_in_a_folder_with_spaces_and_umlauts(tmp_path: Path) -> None:
    with carrier(tmp_path / "Büro unten" / "broker", "desk") as made:
        assert answers("127.0.0.1", made.broker.port, "desk", "deskdesk")


def test_all_its_files_are_for_their_owner_only(tmp_path: Path) -> None:
    with carrier(tmp_path / "broker", "desk") as made:
        modes = {one.name: stat.S_IMODE(one.stat().st_mode) for one in made.folder.iterdir()}
    assert modes == dict.fromkeys(("access", "log", "mosquitto.conf", "passwords"), 0o600)
    assert stat.S_IMODE(made.folder.stat().st_mode) == 0o700


def test_nobody_may_log_in_where_no_accounts_were_written(tmp_path: Path) -> None:
    broker = Broker(tmp_path / "broker", patience=QUICK)
    broker.start()
    try:
        assert not answers("127.0.0.1", broker.port, "desk", "deskdesk")
    finally:
        broker.stop()


def test_it_is_started_again_on_the_same_port_when_it_dies(tmp_path: Path) -> None:
    with carrier(tmp_path / "broker", "desk") as made:
        port = made.broker.port
        dead = made.kill()
        until(lambda: made.broker.pid not in {None, dead} and made.broker.state is Running.RUNNING)
        assert made.broker.port == port
        assert answers("127.0.0.1", port, "desk", "deskdesk")


def test_a_broker_that_dies_at_once_is_tried_ever_more_rarely(tmp_path: Path) -> None:
    with carrier(tmp_path / "broker", "desk") as made:
        (made.folder / "access").write_text("nonsense\n")
        (made.folder / "access").chmod(0o600)
        made.kill()
        until(lambda: made.broker.starts >= 4)
        assert made.broker.state is not Running.RUNNING
        assert isinstance(made.broker.trouble, BrokerFailed) or made.broker.state is Running.STARTING
        made.write()
        until(lambda: made.broker.state is Running.RUNNING)


def test_a_broken_configuration_is_said_at_the_first_start(tmp_path: Path) -> None:
    folder = tmp_path / "broker"
    folder.mkdir()
    (folder / "access").write_text("nonsense\n")
    broker = Broker(folder, patience=QUICK)
    with pytest.raises(BrokerFailed) as failed:
        broker.start()
    assert failed.value.details["reason"]
    assert broker.pid is None
    assert broker.state is Running.STOPPED


def test_a_port_that_somebody_else_has_is_said(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        broker = Broker(tmp_path / "broker", listen=Listen(port=port), patience=QUICK)
        with pytest.raises(PortTaken) as taken:
            broker.start()
    assert taken.value.details["port"] == port
    assert broker.pid is None


def test_a_free_port_that_was_taken_meanwhile_is_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        offered = [other.getsockname()[1]]
        real = broker_files.free_port

        def free_port(bind: str) -> int:
            return offered.pop() if offered else real(bind)

        monkeypatch.setattr("sync.broker.free_port", free_port)
        monkeypatch.setattr("sync.broker.is_free", lambda *_: True)
        broker = Broker(tmp_path / "broker", patience=QUICK)
        broker.start()
        try:
            assert broker.port != other.getsockname()[1]
            assert broker.starts == 2
        finally:
            broker.stop()


def test_a_second_broker_does_not_take_the_first_one_for_itself(tmp_path: Path) -> None:
    with carrier(tmp_path / "one", "desk") as first:
        second = Broker(tmp_path / "two", listen=Listen(port=first.broker.port), patience=QUICK)
        with pytest.raises(PortTaken):
            second.start()


def test_a_machine_without_mosquitto_is_told_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(broker_files, "_FOLDERS", ())
    with pytest.raises(NoBroker) as missing:
        Broker(tmp_path / "broker").start()
    assert missing.value.details == {"name": "mosquitto", "package": "mosquitto"}


def test_it_is_found_where_the_system_has_it_although_no_path_leads_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert Path(broker_files.mosquitto()).name == "mosquitto"


def test_it_does_not_listen_to_the_network_without_tls(tmp_path: Path) -> None:
    with pytest.raises(TlsMissing):
        Broker(tmp_path / "broker", listen=Listen(bind="0.0.0.0"))
    Broker(tmp_path / "broker", listen=Listen(bind="0.0.0.0", plain_allowed=True))


def test_accounts_change_while_it_runs(tmp_path: Path) -> None:
    with carrier(tmp_path / "broker", "desk") as made:
        pid, port = made.broker.pid, made.broker.port
        made.users = ["van"]
        made.write()
        made.broker.reload()
        assert made.broker.pid == pid
        assert answers("127.0.0.1", port, "van", "vanvan")
        assert not answers("127.0.0.1", port, "desk", "deskdesk")


def test_a_broker_that_does_not_run_cannot_read_its_files_again(tmp_path: Path) -> None:
    with pytest.raises(BrokerFailed):
        Broker(tmp_path / "broker").reload()


PARENT = """
import sys, time
from pathlib import Path
from sync.broker import Broker
broker = Broker(Path(sys.argv[1]))
broker.start()
print(broker.pid, flush=True)
time.sleep(600)
"""


def test_a_broker_never_outlives_the_process_that_started_it(tmp_path: Path) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-P", "-c", PARENT, str(tmp_path / "broker")], stdout=subprocess.PIPE, text=True
    )
    with parent:
        pid = int(cast("IO[str]", parent.stdout).readline())
        assert is_alive(pid)
        os.kill(parent.pid, signal.SIGKILL)
        parent.wait(10)
    until(lambda: not is_alive(pid))


def test_a_leash_whose_owner_is_dead_already_starts_nothing() -> None:
    done = subprocess.run(
        [sys.executable, "-I", "-S", "sync/mosquitto/leash.py", "1", "0", "0", "/bin/echo", "alive"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "alive" not in done.stdout


def user_of(pid: int) -> int:
    return Path(f"/proc/{pid}").stat().st_uid


def test_the_configuration_names_a_user_only_when_root_starts_it(tmp_path: Path) -> None:
    with carrier(tmp_path / "broker", "desk") as made:
        config = (made.folder / "mosquitto.conf").read_text()
        me = pwd.getpwuid(os.geteuid()).pw_name
        assert (f"user {me}\n" in config) == (os.geteuid() == 0)
        assert made.broker.pid is not None
        assert user_of(made.broker.pid) == os.geteuid()


def test_started_by_root_it_runs_as_the_owner_of_the_data_folder_and_dies_with_us(tmp_path: Path) -> None:
    """Everybody else can only run it as themselves, which the test before this one sees."""
    if os.geteuid() != 0:
        assert pwd.getpwuid(os.geteuid()).pw_uid != 0
        return
    nobody = pwd.getpwnam("nobody")
    data = Path("/dev/shm") / f"teilhaus-broker-{os.getpid()}"
    data.mkdir(mode=0o755)
    os.chown(data, nobody.pw_uid, nobody.pw_gid)
    try:
        parent = subprocess.Popen(
            [sys.executable, "-P", "-c", PARENT, str(data / "broker")], stdout=subprocess.PIPE, text=True
        )
        with parent:
            pid = int(cast("IO[str]", parent.stdout).readline())
            assert user_of(pid) == nobody.pw_uid
            assert (data / "broker" / "passwords").stat().st_uid == nobody.pw_uid
            os.kill(parent.pid, signal.SIGKILL)
            parent.wait(10)
        until(lambda: not is_alive(pid))
    finally:
        shutil.rmtree(data)
