"""An integration whose entry polls a meter until it is unloaded."""

import asyncio
import sys

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant

from watch import Feed, outlive, settle


async def poll_meter(feed: Feed):
    await feed.follow()


async def async_setup_entry(hass: HomeAssistant, entry: ConfigEntry) -> bool:
    hass.data[entry.entry_id] = Feed("meter")
    asyncio.create_task(poll_meter(hass.data[entry.entry_id]))
    return True


async def async_unload_entry(hass: HomeAssistant, entry: ConfigEntry) -> bool:
    print("unloads")
    return True


async def life():
    hass, entry = HomeAssistant(), ConfigEntry("meter")
    await entry.async_setup(hass, sys.modules[__name__])
    await settle()
    await entry.async_unload(hass, sys.modules[__name__])


outlive(life)
