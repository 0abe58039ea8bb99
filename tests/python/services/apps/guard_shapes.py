"""Classes as people write them: on one line, with branches, nested coroutines, comments, early returns."""

import asyncio
import functools
from typing import Generic, TypeVar

from watch import Feed, outlive, settle

Item = TypeVar("Item")


class OnOneLine:
    feed = Feed("one line")

    async def start(self): asyncio.create_task(self.feed.follow())
    async def stop(self): pass


class Branches:
    feed = Feed("branch")

    def __init__(self, is_fast=True):
        if is_fast:
            self.is_fast = True

    async def start(self):
        if self.is_fast:
            asyncio.create_task(self.go())
        else:
            asyncio.create_task(self.go_slowly())

    async def go(self):
        await self.feed.follow()

    async def go_slowly(self):
        await asyncio.sleep(1)

    async def stop(self): ...


class Nested:
    feed = Feed("nested")

    async def start(self):
        async def inner():
            await self.feed.follow()

        try:
            asyncio.create_task(  # starts
                inner(),
                name="inner",
            )  # done
        except RuntimeError:
            print("no loop")

    async def stop(self) -> None:  # the end
        if not hasattr(self, "other"):
            return
        print("never")


class Loops(Generic[Item]):
    feed = Feed("loop")

    def __init__(self):
        # Prepares.
        self.prepare(); self.count = 2

    def prepare(self):
        """Nothing."""

    async def start(self):
        for _ in range(self.count):
            asyncio.create_task(self.go())  # each

    async def go(self):
        await self.feed.follow()

    async def stop(self):
        task = "stop"
        print(task)


class Returns:
    feed = Feed("return")

    def __init__(self):
        self.count = 1
        return

    async def start(self, *, now: bool = True):
        if not now: return
        asyncio.create_task(functools.partial(self.go)()); print("begun")

    async def go(self):
        await self.feed.follow()

    async def stop(
        self,
    ):
        """Returns what it waits for."""
        return await asyncio.sleep(0)


async def life():
    for owner in (OnOneLine(), Branches(), Nested(), Loops(), Returns()):
        await owner.stop()
        await owner.start()
        await settle()
        await owner.stop()
        await owner.stop()


outlive(life)
