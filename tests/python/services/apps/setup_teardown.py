"""An agent whose base class calls both methods, and a service that is set up by hand, or is not."""

import asyncio

from watch import Feed, outlive, settle


class Agent:
    def __init__(self):
        self.feed = Feed(type(self).__name__)

    async def setup(self):
        pass

    async def teardown(self):
        self.feed.close()

    async def run(self):
        await self.setup()
        await settle()
        await self.teardown()


class Greeter(Agent):
    async def setup(self):
        asyncio.create_task(self.greet())

    async def greet(self):
        await self.feed.follow()


class Mailer:
    def __init__(self):
        self.feed = Feed("outbox")

    async def setup(self):
        asyncio.create_task(self.deliver())

    async def deliver(self):
        await self.feed.follow()

    async def cleanup(self):
        self.feed.close()


async def life():
    await Greeter().run()
    mailer = Mailer()
    await mailer.setup()
    await settle()
    await mailer.cleanup()
    await Mailer().cleanup()


outlive(life)
