"""One coroutine for each way to hold up the loop that an async library mends."""

import asyncio
import os
import tempfile
import threading
from pathlib import Path

import requests
from clock import watched
from server import serve


async def request(url):
    return requests.get(url).text


async def session(url):
    with requests.Session() as s:
        return s.get(url).text


async def stream(url):
    got = b""
    with requests.get(url, stream=True) as response:
        for part in response.iter_content(4):
            got += part
    return got


async def read(path):
    with open(path) as f:
        return f.read()


async def lines(path):
    with open(path) as f:
        return [line for line in f]


def slow_file(folder, name):
    """Makes a file whose first byte is there after a while."""
    path = Path(folder, name)
    os.mkfifo(path)
    threading.Timer(0.4, path.write_text, ["a\nb\n"]).start()
    return path


async def main():
    url = serve() + "/slow"
    await watched("request", request(url))
    await watched("session", session(url))
    await watched("stream", stream(url))
    with tempfile.TemporaryDirectory() as folder:
        await watched("read", read(slow_file(folder, "a")))
        await watched("lines", lines(slow_file(folder, "b")))


asyncio.run(main())
