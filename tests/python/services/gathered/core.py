from fastapi import FastAPI

from log import lines

app = FastAPI()


@app.on_event("startup")
async def connect():
    lines.append("connect")


@app.on_event("shutdown")
def close():
    lines.append("close")


import warmup  # noqa: E402,F401
from sweeping import every, sweep  # noqa: E402


@app.get("/every")
async def read_every():
    return every
