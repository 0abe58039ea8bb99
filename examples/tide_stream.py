"""Tide heights as they come in."""

import asyncio
from collections.abc import Iterator

HEIGHTS = [311, 318, 309]


async def heights() -> Iterator[int]:
    for height in HEIGHTS:
        await asyncio.sleep(0.01)  # the gauge reports
        yield height


async def main():
    highest = max([height async for height in heights()])
    print(f"highest: {highest} cm")


if __name__ == "__main__":
    asyncio.run(main())
