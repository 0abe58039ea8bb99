"""Two readers share one gauge, which answers one of them at a time."""

import asyncio


class Gauge:
    def __init__(self):
        self.lock = asyncio.Lock()
        self.readings = iter([2.4, 2.5, 2.7])

    async def read(self):
        await self.lock.acquire()
        # The gauge is slow.
        await asyncio.sleep(0)
        reading = next(self.readings)
        self.lock.release()
        return reading


async def beat():
    while True:
        await asyncio.sleep(60)


async def main():
    gauge = Gauge()
    alive = asyncio.create_task(beat())
    print(await asyncio.gather(gauge.read(), gauge.read()))
    alive.cancel()


asyncio.run(main())
