"""A consumer that is entered and left; what its base holds is left behind it."""

import asyncio

from watch import Feed, outlive, settle


class Connection:
    async def __aenter__(self):
        self.feed = Feed("broker")
        return self

    async def __aexit__(self, *failure):
        self.feed.close()


class Consumer(Connection):
    async def __aenter__(self):
        await super().__aenter__()
        asyncio.create_task(self.consume())
        return self

    async def __aexit__(self, *failure):
        await super().__aexit__(*failure)

    async def consume(self):
        await self.feed.follow()


async def life():
    async with Consumer():
        await settle()
    try:
        async with Consumer():
            await settle()
            raise LookupError
    except LookupError:
        print("it failed")


outlive(life)
