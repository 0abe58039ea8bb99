import asyncio

import requests
from server import serve


async def read(base):
    sizes = []
    with requests.get(base + "/big", stream=True, timeout=5) as response:
        print(response.status_code, response.headers["content-length"])
        for part in response.iter_content(1024):
            sizes.append(len(part))
    return sizes[:2], sum(sizes)


async def unpacked(base):
    packed = b""
    with requests.get(base + "/gzip", stream=True, timeout=5) as response:
        response.raise_for_status()
        for part in response.iter_content(chunk_size=1000):
            packed += part
    return len(packed), packed[:7]


async def left_early(base):
    with requests.get(base + "/big", stream=True) as response:
        for part in response.iter_content(10):
            if part:
                return part


async def refused(base):
    try:
        with requests.get(base + "/status/503", stream=True) as response:
            response.raise_for_status()
    except requests.HTTPError as error:
        return error.response.status_code


async def redirected(base):
    with requests.get(base + "/302", stream=True) as response:
        return response.status_code


async def slow(base):
    try:
        with requests.get(base + "/slow", stream=True, timeout=0.2) as response:
            return response.status_code
    except requests.Timeout:
        return "timeout"


async def whole(base):
    response = requests.get(base + "/big")
    return [len(part) for part in response.iter_content(30000)]


async def main():
    base = serve()
    for step in (read, unpacked, left_early, refused, redirected, slow, whole):
        print(step.__name__, await step(base))


asyncio.run(main())
