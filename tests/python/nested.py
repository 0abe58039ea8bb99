"""Coroutines that run another one with a loop of its own, which a running loop forbids."""

import asyncio


async def level(river):
    await asyncio.sleep(0)
    return len(river)


async def plain():
    return asyncio.run(level("Elbe"))


async def named():
    return asyncio.run(main=level("Saale")) + 1


async def listed():
    return [asyncio.run(level(river)) for river in ("Mulde", "Spree")]


class Gauge:
    async def twice(self):
        return 2 * asyncio.run(level("Havel"))


async def main():
    for work in (plain, named, listed, Gauge().twice):
        try:
            print(await work())
        except Exception:
            print("never ran")


asyncio.run(main())
