"""What was shown as done at the kiosks, held against what the central has."""

from __future__ import annotations

from collections import Counter

from tests.integration.machines import Together


def figures_of(house: Together) -> Counter[str]:
    """Hold what was shown as done against what the central has; gives the figures."""
    found: Counter[str] = Counter()
    journal = house.central.house()
    with journal.store.reader() as read:
        acts: dict[str, set[str]] = {}
        for act, entry in read.rows("SELECT act, id FROM entry"):
            acts.setdefault(bytes(act).hex(), set()).add(bytes(entry).hex())
        numbers = Counter(bytes(row[0]) for row in read.rows("SELECT entry FROM stream"))
        found["cases"] = read.rows("SELECT COUNT(*) FROM matter")[0][0]
    journal.close()
    for kiosk in house.kiosks:
        for one in kiosk.done():
            found[f"shown as done: {one['do']}"] += 1
            found["entries shown as done"] += len(one["entries"])
            found["of these at the central"] += len(acts.get(one["done"], set()).intersection(one["entries"]))
            found["lost"] += len(set(one["entries"]) - acts.get(one["done"], set()))
            found["twice"] += len(acts.get(one["done"], set()) - set(one["entries"]))
        found["refused"] += sum("refused" in one for one in kiosk.said())
    found["twice"] += sum(n - 1 for n in numbers.values())
    found["entries at the central"] = len(numbers)
    return found
