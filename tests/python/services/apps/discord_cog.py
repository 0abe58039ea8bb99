"""A cog that counts down for as long as it is loaded; it is loaded, unloaded and loaded again."""

import asyncio

import discord
from discord.ext import commands

from watch import Feed, outlive, settle


class Countdown(commands.Cog):
    def __init__(self, bot):
        self.bot = bot
        self.feed = Feed("clock")

    async def cog_load(self):
        asyncio.create_task(self.count_down())

    async def count_down(self):
        await self.feed.follow()

    async def cog_unload(self):
        print("unloaded")


class Board(commands.Cog):
    """Has no end of its own yet."""

    async def cog_load(self):
        self.feed = Feed("board")
        asyncio.create_task(self.show_scores())

    async def show_scores(self):
        await self.feed.follow()


async def life():
    async with commands.Bot("!", intents=discord.Intents.none()) as bot:
        for _ in range(2):
            cog = Countdown(bot)
            await bot.add_cog(cog)
            await settle()
            await bot.remove_cog("Countdown")
        await bot.add_cog(Board())
        await settle()


outlive(life)
