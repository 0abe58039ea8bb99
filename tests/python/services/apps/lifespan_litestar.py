"""An app with two lifespans, the inner one with a job."""

import asyncio
from contextlib import asynccontextmanager

from litestar import Litestar

from asgi import served
from watch import Feed, outlive, settle


async def refresh_cache(feed):
    await feed.follow()


@asynccontextmanager
async def around(app):
    yield
    print("the app is down")


@asynccontextmanager
async def caching(app):
    cache = Feed("cache")
    asyncio.create_task(refresh_cache(cache))
    yield
    cache.close()


async def life():
    async with served(Litestar(lifespan=[around, caching], openapi_config=None, logging_config=None)):
        await settle()


outlive(life)
