"""What Starlette took before 1.0: it takes a lifespan now."""

from starlette.applications import Starlette
from starlette.testclient import TestClient

log: list[str] = []


async def connect():
    log.append("connect")


async def check():
    log.append("check")


def close():
    """Close all."""
    log.append("close")


app = Starlette(debug=True, on_startup=[connect, check], on_shutdown=(close,))

with TestClient(app):
    log.append("serving")
print(log)
