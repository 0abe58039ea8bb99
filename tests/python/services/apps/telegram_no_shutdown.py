"""A bot with a job that nothing ends yet."""

import asyncio
import gc
import json

from telegram.ext import Application, ApplicationBuilder
from telegram.request import BaseRequest

from watch import Feed, settle, show_left


class Memory(BaseRequest):
    """Answers what a bot asks when it starts; there are never any updates."""

    read_timeout = 1

    async def initialize(self):
        pass

    async def shutdown(self):
        pass

    async def do_request(self, url, *_, **__):
        if url.endswith("getUpdates"):
            await asyncio.sleep(0.01)
        results = {"getMe": {"id": 1, "is_bot": True, "first_name": "b", "username": "b"}, "getUpdates": []}
        return 200, json.dumps({"ok": True, "result": results.get(url.rpartition("/")[2], True)}).encode()


async def poll_store(feed):
    await feed.follow()


async def post_init(application: Application):
    application.bot_data["store"] = Feed("store")
    asyncio.create_task(poll_store(application.bot_data["store"]))


def main():
    loop = asyncio.new_event_loop()
    loop.slow_callback_duration = 60
    asyncio.set_event_loop(loop)
    builder = ApplicationBuilder().token("1:x").request(Memory()).get_updates_request(Memory())
    application = builder.post_init(post_init).build()

    async def stop():
        while not application.running:
            await asyncio.sleep(0.01)
        await settle()
        application.stop_running()

    stopping = loop.create_task(stop())
    application.run_polling(stop_signals=None)
    show_left(asyncio.all_tasks(loop))
    del stopping


main()
gc.collect()
