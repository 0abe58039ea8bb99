"""Tells whether other tasks run while a coroutine works."""

import asyncio
import threading
import time

TICK = 0.005


async def watched(name, work):
    """Prints what the work gives, and `held up` where the clock stood still meanwhile.

    A clock in a thread says how often it could have ticked: on a busy machine both are late.
    """
    ticks = due = 0
    over = threading.Event()

    async def tick():
        nonlocal ticks
        while True:
            await asyncio.sleep(TICK)
            ticks += 1

    def count():
        nonlocal due
        while not over.is_set():
            time.sleep(TICK)
            due += 1

    clock, other = asyncio.create_task(tick()), threading.Thread(target=count)
    await asyncio.sleep(0)
    other.start()
    got = await work
    seen, wanted = ticks, due
    clock.cancel()
    over.set()
    other.join()
    verdict = "held up" if seen <= 1 else "goes on" if 4 * seen >= wanted else f"{seen} of {wanted} ticks"
    print(name, got, verdict, flush=True)
