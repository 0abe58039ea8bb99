"""An app that polls, with a widget that does and has an end, and one that inherits both."""

import asyncio

from textual.app import App
from textual.widgets import Static

from watch import Feed, outlive, settle


class Meter(Static):
    def on_mount(self):
        self.feed = Feed(f"{type(self).__name__} feed")
        asyncio.create_task(self.poll_meter())

    async def poll_meter(self):
        await self.feed.follow()

    async def on_unmount(self):
        self.feed.close()


class Gauge(Meter):
    async def on_mount(self):
        self.needle = Feed("needle")
        asyncio.create_task(self.move_needle())

    async def move_needle(self):
        await self.needle.follow()


class Station(App):
    def compose(self):
        yield Meter()
        yield Gauge()

    async def on_mount(self):
        self.clock = Feed("clock")
        asyncio.create_task(self.tick())

    async def tick(self):
        await self.clock.follow()


async def life():
    async with Station().run_test():
        await settle()


outlive(life)
