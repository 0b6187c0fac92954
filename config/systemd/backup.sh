#!/bin/sh
# Copies a house while it is in use: backup.sh DATA FOLDER. One copy for each day of the week; Monday's replaces last Monday's.
# SQLite itself copies the database: a copy of the file alone would miss what still stands in its -wal file.
set -eu

data=$1 to=$2/$(date +%u)
umask 077
mkdir -p "$to"
python3 - "$data/teilhaus.db" "$to/new.db" <<'END'
import sqlite3
import sys
from pathlib import Path

source = sqlite3.connect(f"{Path(sys.argv[1]).resolve().as_uri()}?mode=rw", uri=True, timeout=20)
copy = sqlite3.connect(sys.argv[2])
source.backup(copy)
if copy.execute("PRAGMA quick_check").fetchone() != ("ok",):
    sys.exit("backup: the copy is damaged, the one before it stays")
copy.execute("PRAGMA journal_mode = DELETE")
END
mv "$to/new.db" "$to/teilhaus.db"
[ ! -e "$data/teilhaus.toml" ] || cp "$data/teilhaus.toml" "$to/"
# card.key stays where it is: with both, somebody could try all card numbers. It is kept apart, once.
sync "$to"
