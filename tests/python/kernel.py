"""JSON lines {"id", "directory", "cells", "interrupt"} on stdin -> {"id", "stdout", "error"} on stdout.

Where `interrupt` is a text, the kernel is interrupted once that was printed.

One kernel serves all requests: starting one takes longer than running most notebooks. Between two
requests the namespace, the tasks left over, and the modules imported from the directory go.
"""

import json
import sys

from jupyter_client.manager import start_new_kernel

LIMIT = 180  # seconds for one cell, or for a kernel to start: only a hang takes so long

# Tasks of these packages are the kernel's own.
RESET = """
import asyncio, os, sys
from IPython import get_ipython
own = ("ipykernel", "IPython", "zmq", "tornado", "anyio", "jupyter_client", "jupyter_core")
for task in asyncio.all_tasks():
    code = getattr(task.get_coro(), "cr_code", None)
    places = code.co_filename.replace("\\\\", "/").split("/") if code else []
    if code and task is not asyncio.current_task() and not any(name in places for name in own):
        task.cancel()
for name, module in list(sys.modules.items()):
    if (getattr(module, "__file__", None) or "").startswith({old!r} + os.sep):
        del sys.modules[name]
os.chdir({new!r})
sys.path[:] = [{new!r}] + [path for path in sys.path if path != {old!r}]
get_ipython().run_line_magic("reset", "-f")
get_ipython().run_line_magic("autoawait", "asyncio")
"""


class Kernel:
    """A running kernel, started again after a cell that did not end."""

    def __init__(self):
        self.directory = "/nowhere"
        self.manager, self.client = start_new_kernel(startup_timeout=LIMIT, kernel_name="python3")

    def run(self, code, stdout, silent=False, marker=None):
        """Runs one cell, interrupted when the marker was printed; returns its error, or None."""

        def collect(message):
            nonlocal marker
            content = message["content"]
            if message["msg_type"] == "stream" and content["name"] == "stdout":
                stdout.append(content["text"])
                if marker and marker in "".join(stdout):
                    marker = None
                    self.manager.interrupt_kernel()

        try:
            reply = self.client.execute_interactive(
                code, silent=silent, allow_stdin=False, timeout=LIMIT, output_hook=collect
            )
        except TimeoutError:
            self.stop()
            self.__init__()
            return f"a cell took more than {LIMIT} s"
        content = reply["content"]
        if content["status"] == "ok":
            return None
        return f"{content.get('ename')}: {content.get('evalue')}"

    def reset(self, directory):
        """Forgets the notebook before; returns an error, or None."""
        code = RESET.format(old=self.directory, new=directory)
        self.directory = directory
        return self.run(code, [], silent=True)

    def stop(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


def answer(kernel, request):
    stdout = []
    error = kernel.reset(request["directory"])
    for cell in request["cells"]:
        error = error or kernel.run(cell, stdout, marker=request.get("interrupt"))
    return {"id": request["id"], "stdout": "".join(stdout), "error": error}


def main():
    kernel = Kernel()
    try:
        for line in sys.stdin:
            print(json.dumps(answer(kernel, json.loads(line))), flush=True)
    finally:
        kernel.stop()


if __name__ == "__main__":
    main()
