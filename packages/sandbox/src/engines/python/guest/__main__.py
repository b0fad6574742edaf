"""The program of a guest in CPython: waits for one run, runs one action of one skill, and says how it ended.

It shares its process with the skill, so nothing here is a boundary: what holds a skill is the process's walls. Whatever a skill breaks
here, it can only say what a guest may say anyway, to a host that trusts none of it.
"""

import asyncio
import os
import resource
import sys

OUR_PATH = os.path.dirname(__file__)
sys.path[:] = [path for path in sys.path if path != OUR_PATH] + [OUR_PATH]

from context import Signal
from exact_json import from_json
from host import Host
from logs import RawOutput
from loop import create_loop
from pipe import open_pipe
from skill_run import MEBIBYTE, SkillRun, hide, rehearse


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


def memory_limiter():
    """Answers a function that lets Python itself hear of a limit, as MemoryError, before the walls act. What is not in its own heap is theirs to count."""
    with open("/proc/self/statm", "rb", 0) as statm:
        size, resident, _, _, _, data, _ = (int(pages) * resource.getpagesize() for pages in statm.read().split())

    def limit_memory(memory_bytes):
        limit(resource.RLIMIT_DATA, max(data + memory_bytes - resident, data + MEBIBYTE))
        limit(resource.RLIMIT_AS, size + memory_bytes + 1024 * MEBIBYTE)

    return limit_memory


def wait_for(loop, signal, answer):
    """What a function answered, async or not."""
    if not hasattr(answer, "__await__"):
        return answer

    async def wait():
        return await answer

    task = loop.create_task(wait())
    signal._cancel = task.cancel
    return loop.run_until_complete(task)


def first_frames(receive):
    frames = []
    while not frames:
        frames = receive(True)
    return frames


def main():
    limit_for_good()
    send, receive, source = open_pipe()
    raw = RawOutput()
    loop = create_loop()
    loop.run_until_complete(asyncio.sleep(0))
    rehearse(loop.run_until_complete)
    hide(OUR_PATH)
    # All that can be done before the run is there, while nobody waits.
    limit_memory = memory_limiter()
    loop.add_reader(source, lambda: host.poll())
    loop.add_reader(raw.source, lambda: raw.drain(run.out))
    send(b"r", b"{}")
    (_, payload), *more = first_frames(receive)
    told = from_json(payload)
    signal = Signal()
    host = Host(send, receive, lambda: True, signal, told)
    signal._poll = host.poll
    host.hear(more)
    run = SkillRun(host, signal, told)
    try:
        output = wait_for(loop, signal, run.start(lambda: limit_memory(told["memoryBytes"])))
        raw.drain(run.out)
        run.end(output)
    except BaseException as error:
        if not isinstance(error, MemoryError):
            raw.drain(run.out)
        run.fail(error)


main()
