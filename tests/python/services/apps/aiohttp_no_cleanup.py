"""An app that starts a job, and has nothing for its end yet."""

import asyncio

from aiohttp import web

from watch import Feed, outlive, settle


async def refresh_rates(feed):
    await feed.follow()


async def start_rates(app):
    app["rates"] = Feed("rates")
    asyncio.create_task(refresh_rates(app["rates"]))


def make_app():
    app = web.Application()
    app.on_startup.append(start_rates)
    return app


async def life():
    for _ in range(2):
        runner = web.AppRunner(make_app())
        await runner.setup()
        await settle()
        await runner.cleanup()


outlive(life)
