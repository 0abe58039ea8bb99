"""A dispatcher that polls a store besides Telegram."""

import asyncio

from aiogram import Bot, Dispatcher

from watch import Feed, outlive, settle

store = Feed("store")


async def poll_store():
    await store.follow()


async def on_startup(bot: Bot):
    asyncio.create_task(poll_store())


async def on_shutdown(bot: Bot):
    store.close()


async def life():
    bot = Bot("1:x")
    dispatcher = Dispatcher()
    dispatcher.startup.register(on_startup)
    dispatcher.shutdown.register(on_shutdown)
    # What start_polling does around the polling.
    await dispatcher.emit_startup(bot=bot)
    await settle()
    await dispatcher.emit_shutdown(bot=bot)
    await bot.session.close()


outlive(life)
