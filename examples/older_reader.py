"""Reads the gauges of a tide station, on Python 3.8 as on newer ones."""

import asyncio
import sys

LEVELS = {"north": 2.4, "south": 1.9}

if sys.version_info < (3, 10):

    @asyncio.coroutine
    def read(gauge):
        loop = asyncio.get_event_loop()
        yield from asyncio.sleep(0, loop=loop)
        return LEVELS[gauge]

else:

    async def read(gauge):
        await asyncio.sleep(0)
        return LEVELS[gauge]


async def main():
    for gauge in LEVELS:
        print(gauge, await read(gauge))


if __name__ == "__main__":
    asyncio.run(main())
