"""An agent as the documents have it, with a setup and a teardown that its handler awaits."""

import asyncio
import gc

from summoner.client import SummonerClient

from watch import Feed, settle, show_left


class BeatAgent(SummonerClient):
    def __init__(self, name):
        super().__init__(name=name)
        self.feed = Feed("pulse")

    async def setup(self):
        self.loop.create_task(self.heartbeat())

    async def heartbeat(self):
        await self.feed.follow()

    async def teardown(self):
        self.feed.close()

    async def on_bye(self):
        await settle()
        await self.teardown()
        await self.quit()


agent = BeatAgent("beat")
agent.loop.run_until_complete(agent.setup())
bye = agent.loop.create_task(agent.on_bye())
agent.run(host="127.0.0.1", port=8888, config_dict={})
show_left(asyncio.all_tasks(agent.loop))
del agent, bye
gc.collect()
