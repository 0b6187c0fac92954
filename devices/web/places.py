"""Who has how many of the server's connections: a share for each address, and some for this machine only."""

from __future__ import annotations

import ipaddress
from collections import Counter
from typing import Final

from sharing.errors import PagesFull, Refusal, TooManyPages

MOST_CONNECTIONS: Final = 900
"""At once; below the usual 1,024 open files of a process."""
KEPT_HERE: Final = 50
"""Of these for this machine alone, however many come from elsewhere: a door at the desk, a proxy here."""
TURNED_AWAY: Final = 50
"""Of these for telling somebody that there is no place; who comes when those are taken hears nothing."""
SHARE: Final = 100
"""Of one address: a device opens seven at most, and a dozen of them may stand behind one router."""
NETWORK_BITS: Final = 64
"""What one machine has of IPv6: it makes up the rest of its addresses by itself (RFC 8981)."""


class Places:
    """Counts the connections of one server; belongs to its loop's thread."""

    def __init__(self, most: int = MOST_CONNECTIONS) -> None:
        """Begin with none.

        Args:
            most: how many connections there are at once.
        """
        self._most = max(most - KEPT_HERE - TURNED_AWAY, 1)
        self._served: Counter[str] = Counter()
        self._turned_away = 0

    def take(self, host: str) -> Place | None:
        """Give whoever comes from an address a place; None: not even one to be told that there is none."""
        who = sharer(host)
        if who and self._served[who] >= SHARE:
            return self._told(TooManyPages(limit=SHARE))
        if who and self._served.total() >= self._most:
            return self._told(PagesFull())
        if who:
            self._served[who] += 1
        return Place(self, who)

    def _told(self, refusal: Refusal) -> Place | None:
        if self._turned_away >= TURNED_AWAY:
            return None
        self._turned_away += 1
        return Place(self, "", refusal)

    def leave(self, who: str, *, turned_away: bool) -> None:
        """Take a place back."""
        self._turned_away -= turned_away
        if who:
            self._served[who] -= 1
            self._served += Counter()  # who has none left is forgotten


class Place:
    """One connection's."""

    def __init__(self, places: Places, who: str, refusal: Refusal | None = None) -> None:
        """Take it; `refusal` says why it is only one to be turned away."""
        self._places, self._who, self.refusal = places, who, refusal
        self._left = False

    def leave(self) -> None:
        """Give it back; a second time does nothing."""
        if not self._left:
            self._left = True
            self._places.leave(self._who, turned_away=self.refusal is not None)


def is_here(host: str) -> bool:
    """Tell whether an address is this machine's own."""
    found = _address(host)
    return found is not None and found.is_loopback


def sharer(host: str) -> str:
    """Give who shares places with an address; empty: this machine, whose places nobody counts."""
    found = _address(host)
    if found is None or is_here(host):
        return ""
    if found.version == 6:  # noqa: PLR2004 (IPv6)
        return str(ipaddress.ip_network((int(found), NETWORK_BITS), strict=False))
    return str(found)


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Read an address; None: there is none, as on a socket in a folder."""
    try:
        found = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if found.version == 6 else found  # noqa: PLR2004 (IPv6)
