"""A bot that follows a feed from its login on; a second one is closed before it came to that."""

import asyncio

import discord
from discord.ext import commands

from watch import Feed, outlive, settle


class PriceClient(discord.Client):
    def __init__(self):
        super().__init__(intents=discord.Intents.none())
        self.feed = Feed("price feed")

    async def setup_hook(self):
        asyncio.create_task(self.follow_prices())

    async def follow_prices(self):
        await self.feed.follow()

    async def close(self):
        await super().close()
        if self.feed.is_open:
            self.feed.close()


class QuietBot(commands.Bot):
    def __init__(self):
        super().__init__("!", intents=discord.Intents.none())
        self.feed = Feed("quiet feed")

    async def setup_hook(self):
        asyncio.create_task(self.follow_quietly())

    async def follow_quietly(self):
        await self.feed.follow()


async def life():
    async with PriceClient() as client:
        await client.setup_hook()
        await settle()
        await client.close()
    # Without a login there is no setup.
    async with PriceClient():
        pass
    async with QuietBot() as bot:
        await bot.setup_hook()
        await settle()


outlive(life)
