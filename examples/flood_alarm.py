"""A siren that is tested, and flashes, while it is switched on."""

import asyncio


class Siren:
    def __init__(self, station):
        self.station = station
        self.tests = 0
        self.light = None

    async def start(self):
        asyncio.create_task(self._test())
        self.light = asyncio.create_task(self._flash())

    async def stop(self):
        print(self.station, "tested", self.tests > 0)

    async def _test(self):
        while True:
            self.tests += 1
            await asyncio.sleep(0.01)

    async def _flash(self):
        while True:
            await asyncio.sleep(0.5)


async def main():
    siren = Siren("Riesa")
    await siren.start()
    await asyncio.sleep(0.05)
    await siren.stop()


if __name__ == "__main__":
    asyncio.run(main())
