"""A process that checks things out as fast as it is told to; tests start several, or end one in the middle.

It reads one JSON object a line, `{"at": <monotonic s>, "do": …}`, and answers with one line when it is done.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sharing.errors import Refusal
from sharing.house import House, open_house
from sharing.lending.actions import CheckOut, Return, Scan, check_in, check_out, scan, visit_of


def _check_out(house: House, order: dict[str, Any]) -> str:
    visit = visit_of(house.store, house.keys, order["card"])
    taken = check_out(
        house.store,
        CheckOut(bytes.fromhex(order["act"]), visit.person, tuple(order["items"]), org=order.get("org")),
    )
    return f"lent {len(taken.lines)}"


def _scan(house: House, order: dict[str, Any]) -> str:
    visit = visit_of(house.store, house.keys, order["card"]) if order.get("card") else None
    scanned = scan(house.store, house.keys, Scan(order["code"], bytes.fromhex(order["act"]), visit))
    return type(scanned.refusal).__name__ if scanned.refusal else scanned.step.value


def _check_in(house: House, order: dict[str, Any]) -> str:
    check_in(house.store, Return(bytes.fromhex(order["act"]), tuple(order["items"])))
    return "back"


DO: dict[str, Callable[[House, dict[str, Any]], str]] = {"out": _check_out, "scan": _scan, "in": _check_in}


def main(data: str, url: str) -> None:
    """Open the house, say so, then do what comes."""
    house = open_house(Path(data), url=url)
    house.store.close()
    print("ready", flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        while time.monotonic() < order.get("at", 0):
            pass
        try:
            said = DO[order["do"]](house, order)
        except Refusal as refusal:
            said = type(refusal).__name__
        print(f"done {order['act']} {said}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
