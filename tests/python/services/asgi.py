"""The lifespan protocol of ASGI, without a server."""

import asyncio
from contextlib import asynccontextmanager


@asynccontextmanager
async def served(app):
    """Starts an app up, and shuts it down, as a server does."""
    to_app, from_app = asyncio.Queue(), asyncio.Queue()
    scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": {}}
    running = asyncio.create_task(app(scope, to_app.get, from_app.put))
    for step in ("startup", "shutdown"):
        await to_app.put({"type": f"lifespan.{step}"})
        answer = await asyncio.wait_for(from_app.get(), 10)
        if answer["type"] != f"lifespan.{step}.complete":
            raise RuntimeError(answer)
        if step == "startup":
            yield
    await asyncio.wait_for(running, 10)


async def answered(app, path):
    """Returns the status and the body of what an app answers to a GET."""
    asked, told = [{"type": "http.request", "body": b"", "more_body": False}], []

    async def receive():
        return asked.pop() if asked else {"type": "http.disconnect"}

    async def send(message):
        told.append(message)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 2),
    }
    await app(scope, receive, send)
    body = b"".join(message.get("body", b"") for message in told)
    return told[0]["status"], body.decode()
