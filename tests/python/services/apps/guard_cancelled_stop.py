"""Who stops the service is cancelled while it waits for the end: that is told to whoever awaits it."""

import asyncio

from watch import Feed, outlive, settle


class Slow:
    def __init__(self):
        self.feed = Feed("archive")

    async def start(self):
        asyncio.create_task(self.pack())

    async def pack(self):
        try:
            await self.feed.follow()
        finally:
            await asyncio.sleep(0.05)

    async def stop(self):
        # Whatever stop waits for, it can be cancelled there.
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        self.feed.close()


async def life():
    slow = Slow()
    await slow.start()
    await settle()
    stopping = asyncio.ensure_future(slow.stop())
    await asyncio.sleep(0)
    stopping.cancel()
    await asyncio.wait([stopping])
    print("stop was cancelled:", stopping.cancelled())
    await asyncio.sleep(0.1)


outlive(life)
