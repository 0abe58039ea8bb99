"""Reads the gauges of a tide station, on Python 3.8 as on newer ones."""

import asyncio
import sys

LEVELS = {"north": 2.4, "south": 1.9}


def report_on_older():
    @asyncio.coroutine
    def read(gauge):
        loop = asyncio.get_event_loop()
        yield from asyncio.sleep(0, loop=loop)
        return LEVELS[gauge]

    async def report():
        for gauge in LEVELS:
            print(gauge, await read(gauge))

    asyncio.run(report())


async def report_levels():
    for gauge in LEVELS:
        await asyncio.sleep(0)
        print(gauge, LEVELS[gauge])


if __name__ == "__main__":
    if sys.version_info < (3, 10):
        report_on_older()
    else:
        asyncio.run(report_levels())
