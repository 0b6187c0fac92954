"""The locks: every file of every package pinned by hash, and nothing in them says where they came from."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = ("requirements.lock", "requirements-central.lock", "requirements-dev.lock")


def pins(lock: str) -> dict[str, str]:
    """Return name -> version; fails on an entry without a version or without hashes."""
    entries = (ROOT / lock).read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    found = {}
    for entry in entries:
        match = re.fullmatch(r"([a-z0-9-]+)==(\S+)( ; [^#]+?)?((?: +--hash=sha256:[0-9a-f]{64})+)\s*", entry)
        assert match, f"{lock}: {entry[:80]}"
        found[match[1]] = match[2]
    return found


def named(requirements: list[str]) -> set[str]:
    return {re.split(r"[\[><=]", requirement)[0] for requirement in requirements}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_entry_is_pinned_and_has_hashes(lock: str) -> None:
    assert pins(lock)


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_place_on_the_network_or_on_a_disk(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")

    assert not re.search(r"://|--index|--extra-index|--find-links|^\s*#|@ ", text, flags=re.MULTILINE)
    assert not re.search(r"\b[\w-]+\.(?:org|com|net|dev|io)\b", text)


def test_the_larger_locks_only_add_to_the_one_for_running() -> None:
    """`./teilhaus` takes an environment made for testing as good for running, too."""
    run, central, dev = map(pins, LOCKS)

    assert run.items() <= central.items() <= dev.items()


def test_the_locks_hold_what_pyproject_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    run, central, dev = map(pins, LOCKS)

    assert named(project["project"]["dependencies"]) <= run.keys()
    assert named(project["project"]["optional-dependencies"]["central"]) <= central.keys()
    assert named(project["dependency-groups"]["dev"]) <= dev.keys()
    assert "psycopg" not in run  # `import peewee` would import it, and cost every command 100 ms
