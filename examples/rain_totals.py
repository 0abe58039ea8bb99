"""Adds up the rain of a week, station by station; the archive is slow and blocks its thread."""

import asyncio
import functools

ARCHIVE = {"Brocken": (4, 0, 12, 7), "Fichtelberg": (1, 1, 0, 3)}


def total(station, *, at_least=0):
    days: tuple[int, ...] = ARCHIVE[station]
    return sum(rain for rain in days if rain >= at_least)


async def heavy_rain(station):
    loop = asyncio.get_event_loop()
    count = functools.partial(total, station, at_least=5)
    return await loop.run_in_executor(None, count)


async def week(station):
    loop = asyncio.get_running_loop()
    heavy = asyncio.ensure_future(heavy_rain(station))
    rain = await loop.run_in_executor(None, functools.partial(total, station))
    return rain, await heavy


async def main():
    for station in ARCHIVE:
        print(station, *await week(station))


if __name__ == "__main__":
    asyncio.run(main())
