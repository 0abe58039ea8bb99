"""A sensor that polls while it is added, one that derives from it, and a switch of a platform."""

import asyncio

from homeassistant.components.switch import SwitchEntity
from homeassistant.helpers.entity import Entity

from watch import Feed, outlive, settle


class Meter(Entity):
    def __init__(self):
        self.feed = Feed("meter")

    async def async_added_to_hass(self):
        await super().async_added_to_hass()
        asyncio.create_task(self.poll_meter())

    async def poll_meter(self):
        await self.feed.follow()


class ClosingMeter(Meter):
    async def async_will_remove_from_hass(self):
        await super().async_will_remove_from_hass()
        self.feed.close()


class Pump(SwitchEntity):
    _feed = Feed("pump")

    async def async_added_to_hass(self):
        asyncio.ensure_future(self.poll_pump())

    async def poll_pump(self):
        await self._feed.follow()


async def life():
    for entity in (ClosingMeter(), Pump()):
        await entity.add_to_platform_finish()
        await settle()
        await entity.async_remove()


outlive(life)
