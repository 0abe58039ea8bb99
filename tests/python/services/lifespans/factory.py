"""Two apps of one factory, whose handlers close over its names."""

from fastapi import FastAPI, Request
from fastapi.testclient import TestClient


class Pool:
    def __init__(self, dsn: str):
        self.dsn, self.log = dsn, []

    async def open(self):
        self.log.append(f"open {self.dsn}")

    def close(self):
        self.log.append("close")


def create_app(dsn: str) -> FastAPI:
    n_opened = 0
    app = FastAPI()
    pool = Pool(dsn)

    @app.on_event("startup")
    async def startup() -> None:
        nonlocal n_opened
        n_opened += 1
        await pool.open()
        app.state.pool = pool

    @app.on_event("shutdown")
    def shutdown() -> None:
        pool.close()
        pool.log.append(n_opened)

    @app.get("/dsn")
    async def get_dsn(request: Request):
        return request.app.state.pool.dsn

    return app


one, two = create_app("db1"), create_app("db2")
with TestClient(one) as a, TestClient(two) as b:
    print(a.get("/dsn").json(), b.get("/dsn").json())
print(one.state.pool.log, two.state.pool.log)
