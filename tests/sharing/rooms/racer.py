"""A process that books rooms as fast as it is told to; tests start several.

It reads one JSON object a line: what to book, and the moment (monotonic seconds) at which all of them try.
"""

from __future__ import annotations

import json
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sharing.errors import NotFree
from sharing.house import House, open_house
from sharing.rooms.actions import book
from sharing.rooms.rules import Ask


def one(house: House, order: dict[str, Any]) -> str:
    """Try to get a slot; says "booked", or how many alternatives the refusal offers."""
    begins = datetime.fromisoformat(order["begins"])
    ask = Ask(
        rooms=(order["room"],), begins=begins, ends=begins + timedelta(minutes=order["minutes"]),
        person=order["person"], title="Rennen",
    )  # fmt: skip
    try:
        book(house.store, ask, house.store.new_act())
    except NotFree as refused:
        return f"refused {refused.details['why']} {len(refused.alternatives)}"
    return "booked"


def main(data: str, url: str) -> None:
    """Open the house, say so, then do what comes; each order waits for its moment."""
    house = open_house(Path(data), url=url)
    house.store.close()
    print("ready", flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        while time.monotonic() < order["at"]:
            pass
        print(one(house, order), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
