"""The base of every table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import peewee


class Row(peewee.Model):
    """Any table. Not bound to a database: the store binds each query to its own."""

    class Meta:
        legacy_table_names = False
        kept_by_key = False
        """True for small rows that each check-out writes: SQLite then keeps them in the tree of their key."""
        since = 1
        """The version of the tables (`migrations.py`) with which this one came."""
        guards: ClassVar[Mapping[str, tuple[str, ...]]] = {}
        """"sqlite" and "postgres" to what no column can say: triggers and exclusions."""
