"""A connection whose reader starts only where it is asked for; close calls aclose."""

import asyncio

from watch import Feed, outlive, settle


class Link:
    def __init__(self, reads):
        self.reads = reads
        self.feed = Feed("link")

    async def connect(self):
        if self.reads:
            asyncio.create_task(self.read())

    async def read(self):
        await self.feed.follow()

    async def aclose(self):
        self.feed.close()

    async def close(self):
        await self.aclose()


async def life():
    for reads in (True, False):
        link = Link(reads)
        await link.connect()
        await settle()
        await link.close()


outlive(life)
