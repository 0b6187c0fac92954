"""Audits and what was seen in them, a row each."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from peewee import SQL, BigIntegerField, TextField

from sharing.audits.entries import (
    AuditCloseAsked,
    AuditClosed,
    AuditDeviceDone,
    AuditOpened,
    AuditPlace,
    AuditSeen,
)
from sharing.journal.entry import Entry, Shape
from sharing.journal.folding import Fold, Rows
from sharing.journal.tables import Folded


class AuditRow(Folded):
    """One stock-take."""

    scope = TextField()
    opened_at = BigIntegerField()
    asked_at = BigIntegerField(null=True)
    closed_at = BigIntegerField(null=True)
    missing = TextField(null=True)
    """JSON list of item ids, once it is closed."""

    class Meta:
        table_name = "audit"
        constraints = (SQL("CHECK (closed_at IS NULL OR closed_at >= opened_at)"),)


class DeviceRow(Folded):
    """Where a device counts, and how many scans it has made; id is audit/device."""

    audit = TextField()
    device = TextField()
    place = TextField(null=True)
    k = BigIntegerField()
    done = BigIntegerField(null=True)
    """How many scans it said were its own, once it is done."""

    class Meta:
        table_name = "audit_device"


class Sighting(Folded):
    """One label seen; id is audit/device/k."""

    audit = TextField(index=True)
    device = TextField()
    k = BigIntegerField()
    place = TextField()
    code = TextField()
    item = TextField()
    at = BigIntegerField()


def _audit(rows: Rows) -> str:
    return rows.subject.removeprefix("audit:")


def _opened(rows: Rows, entry: Entry, data: AuditOpened) -> None:
    rows.put(AuditRow, _audit(rows), scope=data.scope, opened_at=entry.at)


def _device(rows: Rows, device: str, k: int, **columns: object) -> None:
    audit = _audit(rows)
    key = f"{audit}/{device}"
    before = rows.get(DeviceRow, key)
    rows.put(DeviceRow, key, audit=audit, device=device, k=max(k, before["k"] if before else 0), **columns)


def _place(rows: Rows, _entry: Entry, data: AuditPlace) -> None:
    _device(rows, data.device, data.k, place=data.place)


def _seen(rows: Rows, entry: Entry, data: AuditSeen) -> None:
    audit = _audit(rows)
    row = rows.get(AuditRow, audit)
    if row is None or row["closed_at"] is not None:
        rows.case("seen_after_close", entry, about=data.code)
    _device(rows, data.device, data.k)
    rows.put(
        Sighting, f"{audit}/{data.device}/{data.k}", audit=audit, device=data.device, k=data.k,
        place=data.place, code=data.code, item=data.item, at=entry.at,
    )  # fmt: skip


def _device_done(rows: Rows, _entry: Entry, data: AuditDeviceDone) -> None:
    _device(rows, data.device, data.count, done=data.count)


def _close_asked(rows: Rows, entry: Entry, _data: AuditCloseAsked) -> None:
    if rows.get(AuditRow, _audit(rows)) is not None:
        rows.put(AuditRow, _audit(rows), asked_at=entry.at)


def _closed(rows: Rows, entry: Entry, data: AuditClosed) -> None:
    row = rows.get(AuditRow, _audit(rows))
    if row is not None:
        missing = msgspec.json.encode(data.missing).decode()
        since = row["closed_at"] or max(entry.at, row["opened_at"])
        rows.put(AuditRow, _audit(rows), closed_at=since, missing=missing)


TABLES: tuple[type[Folded], ...] = (AuditRow, DeviceRow, Sighting)
FOLDS: Mapping[type[Shape], Fold] = {
    AuditOpened: _opened,
    AuditPlace: _place,
    AuditSeen: _seen,
    AuditDeviceDone: _device_done,
    AuditCloseAsked: _close_asked,
    AuditClosed: _closed,
}
