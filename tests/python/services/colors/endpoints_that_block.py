"""Endpoints and a dependency that block: as plain functions they answer the same."""

import asyncio
import subprocess
import sys
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException

from asgi import answered

app = FastAPI()
closed = []


def tool(name: str) -> str:
    return subprocess.check_output([sys.executable, "-c", f"print({name!r})"], text=True).strip()


class Store:
    def read(self, name: str) -> str:
        return tool(name)

    def close(self) -> None:
        closed.append("store")


async def get_store():
    store = Store()
    try:
        yield store
    finally:
        store.close()


@app.get("/tool/{name}")
async def run_tool(name: str) -> str:
    if name == "none":
        raise HTTPException(404)
    return tool(name)


@app.get("/stored/{name}")
async def read_stored(name: str, store: Annotated[Store, Depends(get_store)]):
    return {"read": store.read(name)}


@app.get("/twice/{name}")
async def twice(name: str):
    await asyncio.sleep(0)
    return [await run_tool(name), len(closed)]


async def main():
    for path in ("/tool/a", "/tool/none", "/stored/b", "/twice/c", "/gone"):
        print(await answered(app, path))
    print(closed)


asyncio.run(main())
