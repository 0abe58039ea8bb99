"""Handlers that three files register on one app."""

from fastapi.testclient import TestClient

from core import app
from log import lines

with TestClient(app) as client:
    lines.append(f"serving {client.get('/every').json()}")

print(lines)
