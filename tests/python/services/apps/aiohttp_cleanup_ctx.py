"""An app with a context that lives as long as it does."""

import asyncio

from aiohttp import web

from watch import Feed, outlive, settle


async def refresh_rates(feed):
    await feed.follow()


async def rates(app):
    feed = Feed("rates")
    asyncio.create_task(refresh_rates(feed))
    yield
    feed.close()


def make_app():
    app = web.Application()
    app.cleanup_ctx.append(rates)
    return app


async def life():
    runner = web.AppRunner(make_app())
    await runner.setup()
    await settle()
    await runner.cleanup()


outlive(life)
