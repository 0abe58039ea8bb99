"""Runs the life of an app, and prints the tasks that outlive it."""

import asyncio
import gc

# Nothing keeps the tasks of an app but itself: without this one might be gone before its life is over.
gc.disable()


class Feed:
    """Something that a task needs open until the task has ended."""

    def __init__(self, name="feed"):
        self.name = name
        self.is_open = True

    async def follow(self):
        """Waits until it is cancelled, and takes a while to end."""
        print(f"follows the {self.name}")
        try:
            await asyncio.get_running_loop().create_future()
        except asyncio.CancelledError:
            await asyncio.sleep(0)
            print(f"ended: the {self.name} is", "open" if self.is_open else "closed")
            raise

    def close(self):
        self.is_open = False
        print(f"the {self.name} is closed")


async def settle():
    """Lets what was started come to its first wait."""
    for _ in range(5):
        await asyncio.sleep(0)


def show_left(tasks, before=()):
    """Prints the coroutines of tasks that are not done, but for those that were there before."""
    left = [task for task in tasks if task not in before and task is not running()]
    names = sorted(task.get_coro().__name__ for task in left if not task.done())
    print("left:", ", ".join(names) or "nothing")


def running():
    """Returns the task that asks; outside of a loop there is none."""
    try:
        return asyncio.current_task()
    except RuntimeError:
        return None


def outlive(life):
    """Runs the life of an app on a loop that is closed without a word to the tasks that it leaves."""
    loop = asyncio.new_event_loop()
    loop.slow_callback_duration = 60

    async def watched():
        before = asyncio.all_tasks()
        await life()
        show_left(asyncio.all_tasks(), before)

    loop.run_until_complete(watched())
    loop.run_until_complete(loop.shutdown_default_executor())
    loop.close()
    # Python says of each that it was destroyed while it was pending.
    gc.collect()
