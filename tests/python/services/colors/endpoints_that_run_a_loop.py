"""Endpoints and a dependency that run a loop each: as coroutines they answer the same."""

import asyncio

from fastapi import Depends, FastAPI

from asgi import answered

app = FastAPI()


async def lookup(name: str) -> dict:
    await asyncio.sleep(0)
    return {"name": name}


def user(token: str = "t"):
    found = asyncio.run(lookup(token))
    yield found["name"]
    asyncio.run(asyncio.sleep(0))


@app.get("/a/{name}")
def read_a(name: str):
    return asyncio.run(lookup(name))["name"]


@app.get("/b/{name}")
def read_b(name: str, who: str = Depends(user)) -> dict:
    loop = asyncio.new_event_loop()
    try:
        found = loop.run_until_complete(lookup(name))
    finally:
        loop.close()
    return {"found": found, "who": who}


async def main():
    for path in ("/a/x", "/b/y"):
        print(await answered(app, path))


asyncio.run(main())
