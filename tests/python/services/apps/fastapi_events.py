"""An app with the older pair of events."""

import asyncio

from fastapi import FastAPI

from asgi import served
from watch import Feed, outlive, settle

app = FastAPI()


async def refresh_cache(feed):
    await feed.follow()


@app.on_event("startup")
async def startup():
    app.state.cache = Feed("cache")
    asyncio.create_task(refresh_cache(app.state.cache))


@app.on_event("shutdown")
async def shutdown():
    app.state.cache.close()


async def life():
    async with served(app):
        await settle()


outlive(life)
