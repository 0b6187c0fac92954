"""What says at doors how rooms stand; the kiosk or the central starts it."""

from __future__ import annotations

from kiosk.cli.frame import Session, command, group
from kiosk.cli.serving import run_devices

devices = group("devices")


@command("run", devices)
def run(session: Session) -> int:
    """Say how rooms stand; `run` or `central run` starts it, and it ends with standard input."""
    return run_devices(session)
