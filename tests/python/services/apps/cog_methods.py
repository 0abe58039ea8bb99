"""A mixin with the methods of a cog, which is no cog itself."""

import asyncio

import discord
from discord.ext import commands

from watch import Feed, outlive, settle


class Reminders:
    async def cog_load(self):
        self.feed = Feed("calendar")
        asyncio.create_task(self.remind())

    async def remind(self):
        await self.feed.follow()

    async def cog_unload(self):
        self.feed.close()


class Calendar(Reminders, commands.Cog):
    pass


async def life():
    async with commands.Bot("!", intents=discord.Intents.none()) as bot:
        await bot.add_cog(Calendar())
        await settle()


outlive(life)
