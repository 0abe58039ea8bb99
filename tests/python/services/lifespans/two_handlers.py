"""A service whose start and end are a handler each."""

import asyncio

from fastapi import FastAPI
from fastapi.testclient import TestClient

app = FastAPI(title="gauges")
reader: asyncio.Task | None = None
seen: list[str] = []


async def read_gauges():
    while True:
        seen.append("read")
        await asyncio.sleep(60)


@app.on_event("startup")
async def start_reading():
    """Read the gauges while the service lives."""
    global reader
    reader = asyncio.create_task(read_gauges())
    await asyncio.sleep(0)
    app.state.ready = True


@app.get("/ready")
async def ready():
    return {"ready": app.state.ready}


@app.on_event("shutdown")
async def stop_reading():
    reader.cancel()
    await asyncio.gather(reader, return_exceptions=True)
    seen.append("stopped")


with TestClient(app) as client:
    print(client.get("/ready").json())
print(seen, reader.cancelled())
