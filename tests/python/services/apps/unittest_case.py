"""A test case with a server in the background; the tasks are seen when its teardown has run."""

import asyncio
import sys
import unittest

from watch import Feed, settle, show_left


class EchoTest(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self):
        self.before = asyncio.all_tasks()
        self.addAsyncCleanup(self.look)
        self.feed = Feed("echo")
        asyncio.create_task(self.serve_echo())

    async def serve_echo(self):
        await self.feed.follow()

    async def test_is_open(self):
        await settle()
        self.assertTrue(self.feed.is_open)

    async def look(self):
        show_left(asyncio.all_tasks(), self.before)


unittest.main(testRunner=unittest.TextTestRunner(stream=sys.stdout, verbosity=0))
