"""Serves the levels of a tide station."""

from fastapi import FastAPI, HTTPException

LEVELS = {"north": 2.4, "south": 1.9}

app = FastAPI()


@app.on_event("startup")
async def add_harbor() -> None:
    LEVELS["harbor"] = max(LEVELS.values())


@app.get("/levels/{gauge}")
async def level(gauge: str) -> float:
    try:
        return LEVELS[gauge]
    except KeyError as error:
        raise HTTPException(404, detail=f"no gauge {gauge}")
