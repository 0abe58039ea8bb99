"""A connection that pings its peer; its end is a plain function, which cannot wait."""

import asyncio
import socket

from watch import Feed, outlive, settle


class Ping(asyncio.Protocol):
    def __init__(self):
        self.feed = Feed("line")

    def connection_made(self, transport):
        self.transport = transport
        asyncio.create_task(self.ping())

    async def ping(self):
        await self.feed.follow()


async def life():
    loop = asyncio.get_running_loop()
    ours, theirs = socket.socketpair()
    with theirs:
        transport, _ = await loop.create_connection(Ping, sock=ours)
        await settle()
        transport.close()
        await settle()


outlive(life)
