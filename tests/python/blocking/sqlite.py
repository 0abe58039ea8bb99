import asyncio
import csv
import json
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path


class Store:
    def __init__(self, path):
        self.db = sqlite3.connect(path)
        self.db.execute("create table rows (name text, n integer)")

    async def load(self, path):
        with open(path, newline="") as f:
            self.db.executemany("insert into rows values (?, ?)", csv.reader(f))
        self.db.commit()

    async def save(self, path):
        with open(path, "w") as f:
            json.dump(self.db.execute("select * from rows order by n").fetchall(), f)

    async def copy(self, path):
        with open(path, "w") as f:
            for name, n in self.db.execute("select * from rows order by n"):
                print(name, n, file=f)

    async def run(self):
        code = self.db.execute("select 'print(' || max(n) || ')' from rows").fetchone()[0]
        print(subprocess.check_output([sys.executable, "-c", code], text=True))


async def dump(db: sqlite3.Connection, path: Path):
    path.write_text("\n".join(db.iterdump()))
    copy = sqlite3.connect(":memory:")
    copy.executescript(path.read_text())
    print(copy.execute("select count(*) from rows").fetchone())
    copy.close()


async def shared(path):
    db = sqlite3.connect(path, check_same_thread=False)
    with db:
        db.execute("update rows set n = n + 1")
    print(db.execute("select sum(n) from rows").fetchone())
    db.close()


async def main():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "rows.csv").write_text("b,2\na,1\n")
        store = Store(folder / "rows.db")
        await store.load(folder / "rows.csv")
        await store.save(folder / "rows.json")
        await store.copy(folder / "rows.txt")
        print((folder / "rows.json").read_text(), (folder / "rows.txt").read_text().split())
        await store.run()
        await dump(store.db, folder / "rows.sql")
        await shared(folder / "rows.db")
        store.db.close()


asyncio.run(main())
