"""PouchDB beside us: as many documents of the same size, replicated over HTTP to pouchdb-server (LevelDB).

Nothing is installed: the folder is one where somebody ran `npm install pouchdb pouchdb-server`.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

from sync.mosquitto import leash
from sync.mosquitto.broker_files import LOOPBACK, free_port

VARIABLE: Final = "POUCH_FOLDER"
"""Names the folder if no option does."""
_WAIT_S: Final = 600
_SCRIPT: Final = """
const [folder, server, here, url, count, size, batch] = process.argv.slice(1);
const PouchDB = require(folder + '/node_modules/pouchdb');
const {spawn} = require('child_process');
const port = new URL(url).port;
const child = spawn(process.execPath, [server, '--port', port, '--dir', here + '/there', '--no-stdout-logs',
  '--config', here + '/config.json'], {cwd: here, stdio: 'ignore'});
process.on('exit', () => child.kill());
const text = n => {let s = ''; while (s.length < size) s += Math.random().toString(36).slice(2);
  return s.slice(0, size);};
(async () => {
  const local = new PouchDB(here + '/local');
  for (let n = 0; n < count; n += 1000) {
    const docs = [];
    for (let i = n; i < Math.min(count, n + 1000); i++)
      docs.push({_id: String(i).padStart(12, '0'), value: text(i)});
    await local.bulkDocs(docs);
  }
  for (let tries = 0; ; tries++) {
    try { await fetch(url); break; } catch (e) { if (tries > 300) throw e; }
    await new Promise(done => setTimeout(done, 100));
  }
  const there = new PouchDB(url + '/house');
  await there.info();
  const began = process.hrtime.bigint();
  const done = await PouchDB.replicate(local, there, {batch_size: Number(batch)});
  const took = Number(process.hrtime.bigint() - began) / 1e9;
  const info = await there.info();
  if (!done.ok || info.doc_count !== Number(count)) throw new Error(JSON.stringify([done, info]));
  console.log(JSON.stringify({took}));
  process.exit(0);
})().catch(e => { console.error(e); process.exit(1); });
"""


def folder_of(given: Path | None) -> Path | None:
    """Give the folder with PouchDB, or None where there is none or no Node.js."""
    named = given or (Path(os.environ[VARIABLE]) if os.environ.get(VARIABLE) else None)
    if named is None or shutil.which("node") is None or not _server(named).exists():
        return None
    return named.resolve()


def _server(folder: Path) -> Path:
    return folder / "node_modules" / "pouchdb-server" / "bin" / "pouchdb-server"


def replicate(pouch: Path, here: Path, documents: int, size: int, batch: int) -> float:
    """Replicate so many documents of so many bytes to an empty database; gives documents a second.

    Raises:
        RuntimeError: it did not work; with what it said.
    """
    here.mkdir()
    url = f"http://{LOOPBACK}:{free_port(LOOPBACK)}"
    words = [str(pouch), str(_server(pouch)), str(here), url, str(documents), str(size), str(batch)]
    node = shutil.which("node") or "node"
    command = leash.command([node, "-e", _SCRIPT, *words], uid=os.getuid(), gid=os.getgid())
    done = subprocess.run(  # noqa: S603 a program we looked for and a script of ours
        command, capture_output=True, text=True, check=False, timeout=_WAIT_S, cwd=here
    )
    if done.returncode != 0:
        raise RuntimeError(done.stderr[-2000:])
    shutil.rmtree(here)
    return documents / float(json.loads(done.stdout)["took"])
