"""Runs the cells of a notebook, a JSON list of sources, as one plain script.

No loop runs while a statement does, so asyncio.run and run_until_complete do what they do in a
script. Only a statement that awaits runs on a loop: one for all of them, as in a notebook.
"""

import ast
import asyncio
import inspect
import json
import sys
import types

AWAIT = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT


def run(cells):
    # All at once: what does not compile does not begin.
    modules = [compile(cell, "<cell>", "exec", AWAIT | ast.PyCF_ONLY_AST) for cell in cells]
    sys.modules["__main__"] = script = types.ModuleType("__main__")
    loop = None
    for statement in (each for module in modules for each in module.body):
        code = compile(ast.Module([statement], []), "<cell>", "exec", AWAIT, dont_inherit=True)
        if code.co_flags & inspect.CO_COROUTINE:
            if loop is None or loop.is_closed():
                loop = asyncio.new_event_loop()
            asyncio.set_event_loop(loop)
            loop.run_until_complete(eval(code, script.__dict__))
        else:
            exec(code, script.__dict__)


with open("cells.json", encoding="utf-8") as file:
    run(json.load(file))
