"""An agent that watches one gauge and reports when the level leaves its band."""

import asyncio
from time import monotonic, sleep as pause


class GaugeAgent:
    def __init__(self, name, band):
        self.name = name
        self.band = band
        self.reports = []
        self._watcher = None

    async def setup(self):
        loop = asyncio.get_event_loop()
        self._watcher = loop.create_task(self._watch())

    async def teardown(self):
        self._watcher.cancel()
        try:
            await self._watcher
        except asyncio.CancelledError:
            pass

    async def _watch(self):
        for level in (118, 121, 134, 119):
            pause(0.01)  # the sensor settles
            low, high = self.band
            if not low <= level <= high:
                self.reports.append(level)
        await asyncio.Event().wait()


async def main():
    started = monotonic()
    agent = GaugeAgent("Pirna", (110, 130))
    await agent.setup()
    await asyncio.sleep(0.2)
    await agent.teardown()
    print(agent.name, agent.reports, monotonic() - started < 5)


if __name__ == "__main__":
    asyncio.run(main())
