"""A server that sweeps its records, which takes a while to end; nothing of one's own runs at its end."""

import asyncio
import gc

from summoner.server import SummonerServer

from watch import show_left


class SweepingServer(SummonerServer):
    def setup(self):
        self.loop.create_task(self.sweep())

    async def sweep(self):
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            await asyncio.sleep(0.05)


server = SweepingServer("records")
server.setup()
server.loop.call_later(0.01, server.shutdown)
server.run(host="127.0.0.1", port=8888, config_dict={})
show_left(asyncio.all_tasks(server.loop))
del server
gc.collect()
