"""The object that all hangs on."""

import asyncio


class HomeAssistant:
    def __init__(self):
        self.data = {}

    def async_create_task(self, target, name=None, eager_start=True):
        return asyncio.get_running_loop().create_task(target, name=name)
