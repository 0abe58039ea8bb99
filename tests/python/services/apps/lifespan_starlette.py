"""An app whose lifespan yields state."""

import asyncio
import contextlib

from starlette.applications import Starlette

from asgi import served
from watch import Feed, outlive, settle


async def refresh_cache(feed):
    await feed.follow()


@contextlib.asynccontextmanager
async def lifespan(app):
    cache = Feed("cache")
    asyncio.create_task(refresh_cache(cache))
    yield {"cache": cache}
    cache.close()


async def life():
    async with served(Starlette(lifespan=lifespan)):
        await settle()


outlive(life)
