from core import app
from log import lines


@app.on_event("startup")
@app.on_event("shutdown")
async def warm():
    lines.append("warm")


def report():
    lines.append(f"report {len(lines)}")


@app.on_event("startup")
def count():
    report()
