"""The life of homeassistant.helpers.entity.Entity: see ../../README.md."""


class Entity:
    async def async_added_to_hass(self):
        """To be overridden."""

    async def async_will_remove_from_hass(self):
        """To be overridden."""

    async def add_to_platform_finish(self):
        await self.async_added_to_hass()

    async def async_remove(self):
        await self.async_will_remove_from_hass()
