"""The program of a guest in Python: waits for one run, runs one action of one skill, and says how it ended.

It shares its process with the skill, so nothing here is a boundary: what holds a skill is the process's walls. Whatever a skill breaks
here, it can only say what a guest may say anyway, to a host that trusts none of it.
"""

import asyncio
import importlib
import os
import random
import resource
import sys
import types

sys.path[:] = [path for path in sys.path if not path.startswith(os.path.dirname(__file__))] + [os.path.dirname(__file__)]

import context
import package_modules
from exact_json import to_json
from host import Host
from loop import create_loop
from logs import LogStream, RawOutput
from pipe import from_json, open_pipe
from thrown import describe

OUR_MODULES = ("__main__", "context", "exact_json", "host", "logs", "loop", "package_modules", "pipe", "thrown")
MEBIBYTE = 1 << 20


def limit(kind, most):
    """A limit of the process that it cannot raise again."""
    _, hard = resource.getrlimit(kind)
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(kind, (most, most))


def limit_for_good():
    """For systems without control groups; where there are some, these are the second line."""
    limit(resource.RLIMIT_CORE, 0)
    limit(resource.RLIMIT_NOFILE, 96)
    limit(resource.RLIMIT_NPROC, 64)
    limit(resource.RLIMIT_MEMLOCK, 0)
    limit(resource.RLIMIT_MSGQUEUE, 0)


def limit_memory(memory_bytes):
    """Lets Python itself hear of the limit, as MemoryError, before the walls act. What is not in its own heap is theirs to count."""
    with open("/proc/self/statm", encoding="ascii") as statm:
        size, resident, _, _, _, data, _ = (int(pages) * resource.getpagesize() for pages in statm.read().split())
    limit(resource.RLIMIT_DATA, max(data + memory_bytes - resident, data + MEBIBYTE))
    limit(resource.RLIMIT_AS, size + memory_bytes + 1024 * MEBIBYTE)


def hide():
    """Takes our own modules out of the skill's sight, and puts what it may import in their place."""
    for name in OUR_MODULES:
        sys.modules.pop(name, None)
    sys.path[:] = [path for path in sys.path if path != os.path.dirname(__file__)]
    offered = types.ModuleType("guildhall_skill", context.__doc__)
    offered.__dict__.update({name: getattr(context, name) for name in context.__all__}, __all__=list(context.__all__))
    sys.modules["guildhall_skill"] = offered
    sys.modules["__main__"] = types.ModuleType("__main__")
    sys.argv[:] = ["skill"]


def load_action(entry, name):
    """The function that an action is. Raises what the module raises, or TypeError where there is none."""
    module = importlib.import_module(package_modules.module_name(entry))
    action = getattr(module, name, None)
    if callable(action):
        return action
    public = [key for key, value in vars(module).items() if callable(value) and not key.startswith("_")]
    raise TypeError(f'{entry} has no function named "{name}"; it has: {", ".join(public)[:500] or "none"}')


def call_action(loop, signal, action, arguments):
    """Calls a function, async or not, and waits for what it answers."""
    answer = action(*arguments)
    if not hasattr(answer, "__await__"):
        return answer

    async def wait():
        return await answer

    task = loop.create_task(wait())
    signal._cancel = task.cancel
    return loop.run_until_complete(task)


def execute(loop, host, signal, run, raw):
    """The whole run, from its limits to its last word. Does not return."""
    out, err = LogStream(host, "info"), LogStream(host, "error")
    sys.stdout = sys.__stdout__ = out
    sys.stderr = sys.__stderr__ = err
    loop.add_reader(raw.source, raw.drain, out)
    reserve = bytearray(MEBIBYTE)
    try:
        package_modules.install(dict(run["modules"]))
        ctx = context.SkillContext(host, signal, run["env"])
        limit_memory(run["memoryBytes"])
        action = load_action(run["entry"], run["action"])
        output = call_action(loop, signal, action, (run["input"], ctx))
        kind, last = b"d", to_json(output, "the result")
    except MemoryError:
        del reserve
        kind, last = b"m", b"{}"
    except BaseException as error:
        kind, last = b"e", to_json(describe(error), "the error")
    if kind != b"m":
        raw.drain(out)
        out.end()
        err.end()
    host.finish(kind, last)


def main():
    limit_for_good()
    send, receive, source = open_pipe()
    raw = RawOutput()
    loop = create_loop()
    # First uses are slow; they happen here, while the process waits in the pool.
    loop.run_until_complete(asyncio.sleep(0))
    to_json(describe(ValueError("warm")), "it")
    hide()
    send(b"r", b"{}")
    frames = []
    while not frames:
        frames = receive(True)
    run = from_json(frames[0][1])
    random.seed()
    signal = context.Signal()
    host = Host(send, receive, signal, run)
    signal._poll = host.poll
    loop.add_reader(source, host.poll)
    host.hear(frames[1:])
    execute(loop, host, signal, run, raw)


main()
