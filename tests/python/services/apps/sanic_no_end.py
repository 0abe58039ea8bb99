"""A worker with one listener."""

import asyncio

from sanic import Sanic, text

from asgi import served
from watch import Feed, outlive, settle

app = Sanic("prices", configure_logging=False)
rates = Feed("rates")


async def refresh_rates():
    await rates.follow()


@app.get("/")
async def index(request):
    return text("rates")


@app.before_server_start
async def start_rates(app):
    asyncio.create_task(refresh_rates())


async def life():
    async with served(app):
        await settle()


outlive(life)
