"""Exports the readings of a day: open, write, close, on one event loop."""

import asyncio


class Archive:
    def __init__(self):
        self.rows = []
        self.lock = asyncio.Lock()

    async def open(self):
        await asyncio.sleep(0)
        return self

    async def write(self, rows):
        async with self.lock:
            self.rows.extend(rows)
        return len(rows)

    async def close(self):
        await asyncio.sleep(0)
        print(f"closed with {len(self.rows)} rows")


if __name__ == "__main__":
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    archive = loop.run_until_complete(Archive().open())
    written = loop.run_until_complete(archive.write([("Brocken", -3.5), ("Jena", 4.0)]))
    print(f"wrote {written} rows")
    loop.run_until_complete(archive.close())
    loop.close()
