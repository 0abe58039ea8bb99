"""A router and the app that includes it: without a lifespan the handler of the router ran twice."""

from fastapi import APIRouter, FastAPI
from fastapi.testclient import TestClient

log: list[str] = []
router = APIRouter(prefix="/items")
app = FastAPI()


@router.on_event("startup")
async def load_items() -> None:
    log.append("items loaded")


@router.get("/")
async def items():
    return sorted(set(log))


@app.on_event("shutdown")
def bye() -> None:
    log.append("bye")


app.include_router(router)

with TestClient(app) as client:
    print(client.get("/items/").json())
print(sorted(set(log)))
