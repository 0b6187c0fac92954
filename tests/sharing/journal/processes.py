"""Real processes that do something at the same moment."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable


def start(run: Callable[[], None]) -> int:
    """Run a function in a process of its own; gives its process id.

    A fork, so that forty of them start within a second; the child does nothing but the function, and must
    open its own database connection.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        run()
        code = 0
    except BaseException:  # noqa: BLE001 whatever it is, the child must end here and say so
        traceback.print_exc()
    finally:
        os._exit(code)


def ended(child: int) -> int:
    """Wait for a process; gives its exit code, or minus the signal that ended it."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def together(run: Callable[[int], None], count: int) -> list[int]:
    """Run a function in several processes that begin at the same moment; gives their exit codes."""
    ready, go = os.pipe()
    children = []
    for seed in range(count):

        def waits(seed: int = seed) -> None:
            os.close(go)
            os.read(ready, 1)
            run(seed)

        children.append(start(waits))
    os.close(go)  # nobody writes any more: every read returns at once
    codes = [ended(child) for child in children]
    os.close(ready)
    return codes
