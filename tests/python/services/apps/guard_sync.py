"""A watcher whose end is a plain function: it can cancel, and not wait."""

import asyncio

from watch import Feed, outlive, settle


class Watcher:
    def __init__(self):
        self.feed = Feed("folder")

    def start(self):
        asyncio.create_task(self.watch())

    async def watch(self):
        await self.feed.follow()

    def stop(self):
        print("stopped")


async def life():
    watcher = Watcher()
    watcher.stop()
    watcher.start()
    await settle()
    watcher.stop()
    watcher.stop()
    await settle()


outlive(life)
