"""A store with two jobs: startup begins both, shutdown has to end both."""

import asyncio

from watch import Feed, outlive, settle


class Store:
    def __init__(self):
        self.feed = Feed("store")
        self.log = Feed("log")

    async def startup(self):
        asyncio.create_task(self.compact())
        asyncio.create_task(self.sync_log(), name="sync")

    async def compact(self):
        await self.feed.follow()

    async def sync_log(self):
        await self.log.follow()

    async def shutdown(self):
        self.feed.close()
        self.log.close()


async def life():
    store = Store()
    await store.startup()
    await settle()
    await store.shutdown()


outlive(life)
