# /// script
# requires-python = ">=3.11"
# ///
"""Reads a gauge that may take too long to answer."""

import asyncio


async def read(seconds):
    try:
        await asyncio.wait_for(asyncio.sleep(seconds), 0.01)
    except asyncio.TimeoutError:
        return "no answer"
    return "2.4 m"


print(asyncio.run(read(0)), asyncio.run(read(1)))
