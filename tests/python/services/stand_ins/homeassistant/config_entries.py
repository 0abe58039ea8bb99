"""The life of homeassistant.config_entries.ConfigEntry: see ../README.md."""

import asyncio


class ConfigEntry:
    def __init__(self, entry_id):
        self.entry_id = entry_id
        self._background_tasks = set()

    def async_create_background_task(self, hass, target, name, eager_start=True):
        task = asyncio.get_running_loop().create_task(target, name=name)
        self._background_tasks.add(task)
        task.add_done_callback(self._background_tasks.remove)
        return task

    async def async_setup(self, hass, component):
        await component.async_setup_entry(hass, self)

    async def async_unload(self, hass, component):
        if await component.async_unload_entry(hass, self):
            for task in self._background_tasks:
                task.cancel()
            if self._background_tasks:
                await asyncio.wait(self._background_tasks, timeout=10)
