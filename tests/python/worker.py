"""JSON lines {"directory", "entry", "stdout", "stderr", "limit"} on stdin -> how each program ended on stdout.

Each program runs in a fork of this interpreter, which has asyncio imported: that takes a tenth of a
start. It is `__main__`, in a directory, a process group and a namespace of its own, and ends as any
Python does: threads are joined, buffers flushed, what is left is destroyed. What it wrote is in the
two files; the answer is its exit code, minus a signal's number, or `hung`.

Only asyncio and what this file needs is imported: nothing that a program forgot to import is there.
"""

import asyncio  # noqa: F401  (the programs find it imported)
import gc
import json
import os
import select
import signal
import sys
import time

# A program that prints without end ends by an error: 64 MiB are more than any test needs.
MAX_BYTES = 1 << 26


def cut_traceback(kind, error, traceback):
    """Shows an uncaught error without the line of this file that runs the program."""
    while traceback is not None and traceback.tb_frame.f_code.co_filename == __file__:
        traceback = traceback.tb_next
    sys.__excepthook__(kind, error.with_traceback(traceback), traceback)


def awaited(child, limit):
    """Waits for a child; returns its status, or None where it takes too long."""
    if hasattr(os, "pidfd_open"):
        handle = os.pidfd_open(child)
        try:
            ended, _, _ = select.select([handle], [], [], limit)
        finally:
            os.close(handle)
        return os.waitpid(child, 0)[1] if ended else None
    deadline = time.monotonic() + limit
    while time.monotonic() < deadline:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return status
        time.sleep(0.002)
    return None


def finish(child, limit):
    """Waits for a child, and ends it and all that it started; returns the answer."""
    status = awaited(child, limit)
    try:
        os.killpg(child, signal.SIGKILL)
    except OSError:
        pass  # nothing of it is left
    if status is None:
        os.waitpid(child, 0)
        return "hung"
    return str(-os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status))


def become(program):
    """Makes this process one that was started for the program."""
    import resource

    resource.setrlimit(resource.RLIMIT_FSIZE, (MAX_BYTES, MAX_BYTES))
    for number, name in ((1, "stdout"), (2, "stderr")):
        file = os.open(program[name], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(file, number)
        os.close(file)
    os.chdir(program["directory"])


def served():
    """Answers all requests; returns a program in its own process, and None at the end of the requests."""
    requests, answers = os.fdopen(os.dup(0)), os.fdopen(os.dup(1), "w")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    for line in iter(requests.readline, ""):
        program = json.loads(line)
        child = os.fork()
        if not child:
            os.setpgid(0, 0)
            become(program)
            return program["entry"]
        try:
            os.setpgid(child, child)
        except OSError:
            pass  # it did so itself, and may have ended
        answers.write(finish(child, program["limit"]) + "\n")
        answers.flush()
    return None


if hasattr(gc, "freeze"):
    gc.freeze()
entry = served()
if entry is not None:
    # As Python says it since 3.9.
    path = os.path.abspath(entry) if sys.version_info >= (3, 9) else entry
    sys.excepthook = cut_traceback
    sys.argv[:] = [entry]
    sys.path[0] = os.path.dirname(os.path.realpath(entry))
    main = sys.modules["__main__"] = type(sys)("__main__")
    main.__file__, main.__cached__, main.__builtins__ = path, None, __builtins__
    if "__annotations__" in globals():
        main.__annotations__ = {}
    with open(path, "rb") as file:
        text = file.read()
    exec(compile(text, path, "exec", dont_inherit=True), main.__dict__)
