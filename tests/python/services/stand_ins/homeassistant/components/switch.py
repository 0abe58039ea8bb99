"""The base of the switches."""

from homeassistant.helpers.entity import Entity


class SwitchEntity(Entity):
    pass
