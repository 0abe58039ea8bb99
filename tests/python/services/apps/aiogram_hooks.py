"""A dispatcher that polls a store besides Telegram."""

import asyncio

from aiogram import Bot, Dispatcher

from watch import Feed, outlive, settle

store = Feed("store")


async def poll_store():
    await store.follow()


async def on_startup(dispatcher: Dispatcher, bot: Bot):
    asyncio.create_task(poll_store())


async def on_shutdown(dispatcher: Dispatcher):
    store.close()


def make_dispatcher():
    dispatcher = Dispatcher()
    dispatcher.startup.register(on_startup)
    dispatcher.shutdown.register(on_shutdown)
    return dispatcher


async def life():
    bot, dispatcher = Bot("1:x"), make_dispatcher()
    # What start_polling does around the polling.
    await dispatcher.emit_startup(dispatcher=dispatcher, bot=bot)
    await settle()
    await dispatcher.emit_shutdown(dispatcher=dispatcher, bot=bot)
    await bot.session.close()


outlive(life)
