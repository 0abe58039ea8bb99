"""Prints the next high water of some ports."""

import asyncio

HIGH_WATER = {"Cuxhaven": "13:41", "Husum": "14:05", "Emden": "12:58"}


async def high_water(port):
    await asyncio.sleep(0)
    return f"{port:<10} {HIGH_WATER[port]}"


async def table():
    return "\n".join([await high_water(port) for port in HIGH_WATER])


print(asyncio.get_event_loop().run_until_complete(table()))
