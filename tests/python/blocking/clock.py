"""Tells whether other tasks run while a coroutine works."""

import asyncio

TICK = 0.005


async def watched(name, work):
    """Prints what the work gives, and `held up` where the clock stood still meanwhile."""
    ticks = 0

    async def tick():
        nonlocal ticks
        while True:
            await asyncio.sleep(TICK)
            ticks += 1

    clock = asyncio.create_task(tick())
    await asyncio.sleep(0)
    got = await work
    seen = ticks
    clock.cancel()
    print(name, got, "held up" if seen <= 1 else "goes on" if seen >= 5 else f"{seen} ticks", flush=True)
