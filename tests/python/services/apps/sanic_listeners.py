"""A worker that keeps rates fresh while it serves."""

import asyncio

from sanic import Sanic, text

from asgi import served
from watch import Feed, outlive, settle

app = Sanic("rates", configure_logging=False)
rates = Feed("rates")


async def refresh_rates():
    await rates.follow()


@app.get("/")
async def index(request):
    return text("rates")


@app.before_server_start
async def start_rates(app):
    asyncio.create_task(refresh_rates())


@app.before_server_stop
async def close_rates(app):
    rates.close()


async def life():
    async with served(app):
        await settle()


outlive(life)
