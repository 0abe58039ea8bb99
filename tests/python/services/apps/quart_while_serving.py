"""An app that refreshes its cache while it serves."""

import asyncio

from quart import Quart

from watch import Feed, outlive, settle

app = Quart(__name__)


async def refresh_cache(feed):
    await feed.follow()


@app.while_serving
async def caching():
    app.cache = Feed("cache")
    asyncio.create_task(refresh_cache(app.cache))
    yield
    app.cache.close()


async def life():
    async with app.test_app():
        await settle()


outlive(life)
