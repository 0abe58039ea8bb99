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
