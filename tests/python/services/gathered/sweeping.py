import core
from log import lines

every = 60


@core.app.on_event("shutdown")
async def sweep():
    lines.append("sweep")
