"""Handlers of both colors, registered in every way, some of them used by others."""

import asyncio
import functools

from fastapi import FastAPI
from fastapi.testclient import TestClient

log: list[str] = []


def traced(fn):
    @functools.wraps(fn)
    async def inner():
        log.append(f"> {fn.__name__}")
        return await fn()

    return inner


async def first():
    log.append("first")


def last():
    log.append("last")


app = FastAPI(
    on_startup=[first],
    title="several",
    on_shutdown=[last, last],
)


@app.on_event("startup")
def read_settings():
    if log:
        log.append("settings")
        return
    log.append("no settings")


@app.on_event("startup")
@traced
async def connect() -> None:
    log.append("connect")


@app.on_event("shutdown")
async def disconnect() -> None:
    log.append("disconnect")


@app.on_event("startup")
@app.on_event("shutdown")
def report():
    log.append(f"report {len(log)}")


app.router.add_event_handler("startup", first)

with TestClient(app):
    log.append("serving")
asyncio.run(disconnect())
print(log)
