"""An app that is given one hook."""

import asyncio

from litestar import Litestar

from asgi import served
from watch import Feed, outlive, settle


async def refresh_cache(feed):
    await feed.follow()


async def start_cache(app):
    app.state.cache = Feed("cache")
    asyncio.create_task(refresh_cache(app.state.cache))


app = Litestar(on_startup=[start_cache], openapi_config=None, logging_config=None)


async def life():
    async with served(app):
        await settle()


outlive(life)
