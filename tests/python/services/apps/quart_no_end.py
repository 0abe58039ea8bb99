"""An app with a hook before it serves alone."""

import asyncio

from quart import Quart

from watch import Feed, outlive, settle

app = Quart(__name__)


async def refresh_cache(feed):
    await feed.follow()


@app.before_serving
async def start_cache():
    app.cache = Feed("cache")
    asyncio.create_task(refresh_cache(app.cache))


async def life():
    async with app.test_app():
        await settle()


outlive(life)
