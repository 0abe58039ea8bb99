"""Checks the keys that gauges sign in with."""

import asyncio
import hashlib


def digest(gauge, key):
    return hashlib.scrypt(key.encode(), salt=gauge.encode(), n=2**10, r=8, p=1).hex()


class Keys:
    def __init__(self, digests):
        self.digests = digests

    async def fits(self, gauge, key):
        found = digest(gauge, key)
        return found == self.digests.get(gauge)


async def main():
    keys = Keys({"north": digest("north", "tide")})
    print(await asyncio.gather(keys.fits("north", "tide"), keys.fits("north", "ebb")))


if __name__ == "__main__":
    asyncio.run(main())
