"""The life of summoner.client.SummonerClient, without a server: see ../../README.md."""

import asyncio


class SummonerClient:
    def __init__(self, name=None):
        self.name = name
        self.loop = asyncio.new_event_loop()
        asyncio.set_event_loop(self.loop)
        self.active_tasks = set()
        self.tasks_lock = asyncio.Lock()
        self.connection_lock = asyncio.Lock()
        self._quit = False

    async def quit(self):
        async with self.connection_lock:
            self._quit = True

    def shutdown(self):
        for task in asyncio.all_tasks(self.loop):
            task.cancel()

    async def handle_session(self, host, port):
        current = asyncio.current_task()
        async with self.tasks_lock:
            self.active_tasks.add(current)
        try:
            while not self._quit:
                await asyncio.sleep(0.01)
        finally:
            async with self.tasks_lock:
                self.active_tasks.discard(current)

    async def _wait_for_tasks_to_finish(self):
        async with self.tasks_lock:
            tasks = list(self.active_tasks)
        if tasks:
            await asyncio.gather(*tasks, return_exceptions=True)

    async def run_client(self, host="127.0.0.1", port=8888):
        await self.handle_session(host, port)

    def run(self, host="127.0.0.1", port=8888, config_dict=None):
        try:
            self.loop.run_until_complete(self.run_client(host=host, port=port))
        except (asyncio.CancelledError, KeyboardInterrupt):
            pass
        finally:
            self.loop.run_until_complete(self._wait_for_tasks_to_finish())
            self.loop.close()
