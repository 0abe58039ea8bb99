"""Celery runs its tasks here, at once, and keeps no results."""

import asyncio
import threading

from celery import Celery, group, shared_task
from celery.result import AsyncResult
from clock import watched

app = Celery("jobs", broker="memory://", backend="cache+memory://")
app.conf.update(task_always_eager=True)


@app.task
def add(x, y):
    return x + y


@app.task
def divide(x, y):
    return x / y


async def fetch(n):
    await asyncio.sleep(0)
    return [n, threading.current_thread() is threading.main_thread()]


@app.task
async def doubled(n):
    """One coroutine."""
    return (await fetch(n)) * 2


@app.task(bind=True, name="both")
async def both(self, a, b=2):
    first = await fetch(a)
    return self.name, first, await fetch(b)


@shared_task
async def nothing(a):
    return a


@app.task
async def fails():
    await asyncio.sleep(0)
    raise KeyError("lost")


def shown(result):
    """Before, what a task gives is a coroutine that nobody awaits."""
    got = result.get(propagate=False)
    if asyncio.iscoroutine(got):
        got.close()
        return "never ran"
    return repr(got)


async def compute():
    result = add.delay(1, 2)
    first = result.get(timeout=5)
    print(first, add.apply_async(args=[first, 1]).get(), divide.delay(1, 0).get(propagate=False))
    try:
        divide.delay(1, 0).get()
    except ZeroDivisionError as error:
        print(error)
    print(group(add.s(n, n) for n in range(3)).apply_async().get(timeout=5))


async def later():
    """The result is there after a while."""
    app.backend.store_result("later", "done", "PENDING")
    threading.Timer(0.4, app.backend.store_result, ("later", "done", "SUCCESS")).start()
    return AsyncResult("later", app=app).get(timeout=20, interval=0.1)


for result in (doubled.delay(1), both.delay(3), nothing.delay(5), fails.delay()):
    print(shown(result))
asyncio.run(compute())
asyncio.run(watched("result", later()))
