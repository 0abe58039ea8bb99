"""An app that keeps rates fresh from its startup on; its tests start and clean it up twice."""

import asyncio

from aiohttp import web

from watch import Feed, outlive, settle


async def refresh_rates(feed):
    await feed.follow()


async def start_rates(app):
    app["rates"] = Feed("rates")
    asyncio.create_task(refresh_rates(app["rates"]))


async def close_rates(app):
    app["rates"].close()


def make_app():
    app = web.Application()
    app.on_startup.append(start_rates)
    app.on_cleanup.append(close_rates)
    return app


async def life():
    for _ in range(2):
        runner = web.AppRunner(make_app())
        await runner.setup()
        await settle()
        await runner.cleanup()


outlive(life)
