"""An app whose lifespan starts two jobs, around a resource of theirs and behind it."""

import asyncio
from contextlib import asynccontextmanager

from fastapi import FastAPI

from asgi import served
from watch import Feed, outlive, settle


async def refresh_cache(feed):
    await feed.follow()


async def write_metrics(feed):
    await feed.follow()


@asynccontextmanager
async def lifespan(app: FastAPI):
    cache, metrics = Feed("cache"), Feed("metrics")
    asyncio.create_task(refresh_cache(cache))
    asyncio.create_task(write_metrics(metrics))
    app.state.cache = cache
    try:
        yield
    finally:
        metrics.close()
        cache.close()


app = FastAPI(lifespan=lifespan)


@app.get("/")
async def index():
    return {"open": app.state.cache.is_open}


async def life():
    async with served(app):
        await settle()


outlive(life)
