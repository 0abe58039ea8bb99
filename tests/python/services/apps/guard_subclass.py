"""A service and one that derives from it: each starts a job of its own, and the base has the end."""

import asyncio

from watch import Feed, outlive, settle


class Base:
    def __init__(self):
        self.feed = Feed("base")

    async def start(self):
        asyncio.create_task(self.work())

    async def work(self):
        await self.feed.follow()

    async def stop(self):
        self.feed.close()


class Derived(Base):
    def __init__(self):
        super().__init__()
        self.more = Feed("derived")

    async def start(self):
        await super().start()
        asyncio.create_task(self.work_more())

    async def work_more(self):
        await self.more.follow()


async def life():
    service = Derived()
    await service.start()
    await settle()
    await service.stop()


outlive(life)
