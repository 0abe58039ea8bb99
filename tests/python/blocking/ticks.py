"""One coroutine for each way to hold up the loop."""

import asyncio
import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from subprocess import Popen

from clock import watched

WAIT = 0.4
NAP = [sys.executable, "-c", f"import time; time.sleep({WAIT})"]


async def sleep():
    time.sleep(WAIT)
    return "slept"


async def command():
    return subprocess.run(NAP).returncode


async def output():
    return subprocess.check_output(NAP, text=True)


async def popen():
    return os.popen(f"{sys.executable} -c 'import time; time.sleep({WAIT})'").read()


async def process():
    with Popen(NAP) as started:
        return started.wait(timeout=120)


async def read(path):
    with open(path) as f:
        return json.load(f)


async def path_text(path: Path):
    return path.read_text()


async def download(url):
    return urllib.request.urlopen(url, timeout=120).read()


async def queued():
    items: queue.Queue[str] = queue.Queue()
    later(items.put, "item")
    return items.get(timeout=120)


async def event():
    done = threading.Event()
    later(done.set)
    return done.wait(120)


async def thread():
    started = threading.Thread(target=pause)
    started.start()
    return started.join()


async def future(pool: ThreadPoolExecutor):
    waits = pool.submit(pause)
    return waits.result()


async def executor():
    with ThreadPoolExecutor() as pool:
        return await future(pool)


class Shelf:
    def __init__(self):
        self._lock = threading.Lock()
        self.rows = []

    async def add(self, row):
        with self._lock:
            await asyncio.sleep(WAIT)
            self.rows.append(row)


async def lock():
    # The second task blocks the loop, and the first one can never let go: only a hang takes so long.
    watch = threading.Timer(20, give_up)
    watch.start()
    shelf = Shelf()
    await asyncio.gather(shelf.add(1), shelf.add(2))
    watch.cancel()
    return shelf.rows


def give_up():
    print("lock [1, 2] held up", flush=True)
    os._exit(0)


def pause():
    threading.Event().wait(WAIT)


def later(work, *args):
    threading.Timer(WAIT, work, args).start()


def slow_file(folder, name):
    """Makes a file whose first byte is there after a while."""
    path = Path(folder, name)
    os.mkfifo(path)
    later(path.write_text, '{"n": 1}')
    return path


class Slow(BaseHTTPRequestHandler):
    def do_GET(self):
        pause()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"page")

    def log_message(self, *args):
        pass


async def main():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Slow)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    await watched("sleep", sleep())
    await watched("command", command())
    await watched("output", output())
    await watched("popen", popen())
    await watched("process", process())
    await watched("download", download(f"http://127.0.0.1:{server.server_port}/"))
    with tempfile.TemporaryDirectory() as folder:
        await watched("read", read(slow_file(folder, "a")))
        await watched("path", path_text(slow_file(folder, "b")))
    await watched("queue", queued())
    await watched("event", event())
    await watched("thread", thread())
    await watched("executor", executor())
    await watched("lock", lock())


asyncio.run(main())
