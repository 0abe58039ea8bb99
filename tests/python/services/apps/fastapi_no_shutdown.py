"""An app with a startup event alone."""

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


async def life():
    async with served(app):
        await settle()


outlive(life)
