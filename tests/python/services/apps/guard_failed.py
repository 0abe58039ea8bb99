"""A job that has failed before the service stops: the end goes its way, and the error is not lost."""

import asyncio
import logging

from watch import Feed, outlive, settle

logger = logging.getLogger(__name__)


class Importer:
    def __init__(self):
        self.feed = Feed("source")

    async def start(self):
        asyncio.create_task(self.load())
        asyncio.create_task(self.watch_source())

    async def load(self):
        raise ValueError("no such row")

    async def watch_source(self):
        await self.feed.follow()

    async def stop(self):
        self.feed.close()


async def life():
    importer = Importer()
    await importer.start()
    await settle()
    await importer.stop()


outlive(life)
