"""A hub with a task per connection: some are done before it ends, some are not."""

import asyncio

from watch import Feed, outlive, settle


class Hub:
    def __init__(self):
        self.feed = Feed("hub")

    def on_connect(self, is_short):
        asyncio.create_task(self.serve(is_short))

    async def serve(self, is_short):
        if not is_short:
            await self.feed.follow()

    async def stop(self):
        self.feed.close()


async def life():
    hub = Hub()
    for is_short in (True, False, False):
        hub.on_connect(is_short)
    await settle()
    await hub.stop()
    idle = Hub()
    await idle.stop()


outlive(life)
