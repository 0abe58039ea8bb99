"""The life of summoner.server.SummonerServer, without clients: see ../../README.md."""

import asyncio


class SummonerServer:
    def __init__(self, name=None):
        self.name = name
        self.loop = asyncio.new_event_loop()
        asyncio.set_event_loop(self.loop)
        self.active_tasks = set()

    def shutdown(self):
        for task in asyncio.all_tasks(self.loop):
            task.cancel()

    async def run_server(self, host="127.0.0.1", port=8888):
        await asyncio.Event().wait()

    async def wait_for_tasks_to_finish(self):
        if self.active_tasks:
            await asyncio.gather(*self.active_tasks, return_exceptions=True)

    def run(self, host="127.0.0.1", port=8888, config_dict=None):
        try:
            self.loop.run_until_complete(self.run_server(host=host, port=port))
        except (asyncio.CancelledError, KeyboardInterrupt):
            pass
        finally:
            self.loop.run_until_complete(self.wait_for_tasks_to_finish())
            self.loop.close()
