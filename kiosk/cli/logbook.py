"""What the kiosk writes down for technicians, in the same file as the faults of commands."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from kiosk.cli.doors import nameless, opened_log

if TYPE_CHECKING:
    from config.settings import Log


class _Nameless(logging.Formatter):
    """Writes in UTC, and names nobody."""

    converter = staticmethod(time.gmtime)

    def format(self, record: logging.LogRecord) -> str:
        return nameless(super().format(record))


def keep(settings: Log) -> logging.Handler | None:
    """Write from here on what is logged; the screen hides all else. None where there is no room for it."""
    try:
        file = opened_log(settings.folder)
    except OSError:
        return None
    handler = logging.StreamHandler(file)
    handler.setFormatter(_Nameless("%(asctime)sZ %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(settings.level.upper())
    logging.raiseExceptions = False  # a full disk must not write onto the screen
    return handler


def drop(handler: logging.Handler | None) -> None:
    """End what `keep` began: a command that runs in another process's tests leaves nothing behind."""
    if handler is not None:
        logging.getLogger().removeHandler(handler)
        if isinstance(handler, logging.StreamHandler):
            handler.stream.close()
