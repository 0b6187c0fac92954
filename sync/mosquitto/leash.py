"""Becomes another program that never outlives the one that started it.

Started as `python -I -S leash.py PARENT UID GID PROGRAM ARGUMENTS…`. Between fork and exec of a process with
threads nothing may be done in Python; here, in a fresh interpreter, it may. Linux forgets the signal when a
process changes its user, so that happens first (prctl(2), PR_SET_PDEATHSIG).
"""

from __future__ import annotations

import ctypes
import os
import pwd
import signal
import sys
from collections.abc import Sequence

_PR_SET_PDEATHSIG = 1


def command(program: Sequence[str], *, uid: int, gid: int) -> list[str]:
    """Give the command that starts `program` on a leash, as a user (ids of the system)."""
    return [sys.executable, "-I", "-S", __file__, str(os.getpid()), str(uid), str(gid), *program]


def become(parent: int, uid: int, gid: int, program: Sequence[str]) -> None:
    """Take the user, tie our life to the thread that started us, and become the program."""
    if os.geteuid() == 0 and uid != 0:
        os.initgroups(pwd.getpwuid(uid).pw_name, gid)
        os.setgid(gid)
        os.setuid(uid)
    if ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) != 0 or os.getppid() != parent:
        sys.exit("leash: who started this is gone")  # it died before we could be tied to it
    os.execv(program[0], list(program))  # noqa: S606 the whole point


if __name__ == "__main__":
    become(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4:])
