"""The part of a guest in Pyodide that is Python: the same run as in CPython, over functions of JavaScript instead of a pipe."""

import asyncio
import sys

from pyodide.ffi import can_run_sync, run_sync

from context import Signal
from exact_json import from_json
from host import Host
from skill_run import SkillRun, hide, rehearse

DOORS = ("js", "pyodide_js", "_pyodide_core", "pyodide.code", "pyodide.http", "pyodide.console")


def close():
    """Shuts the doors to JavaScript that a skill could take without looking for them. There are others: this is no boundary."""
    hide("/guest")
    sys.meta_path[:] = [finder for finder in sys.meta_path if type(finder).__name__ != "JsFinder"]
    for name in DOORS:
        sys.modules.pop(name, None)
        # The importer takes this for: there is none.
        sys.modules[name] = None


class Guest:
    """One run. `send(kind, text)` writes a frame; `more()` is a promise for the moment after `hear` was called."""

    def __init__(self, send, more, told):
        self._frames = []
        self._more = more
        told = from_json(told.encode("utf-8"))
        self._signal = Signal()
        host = Host(lambda kind, payload: send(kind.decode(), payload.decode()), self._receive, self._may_wait, self._signal, told)
        self._host = host
        self._run = SkillRun(host, self._signal, told)

    def _may_wait(self):
        return can_run_sync()

    def _receive(self, wait):
        if wait and not self._frames:
            run_sync(self._more())
        frames, self._frames = self._frames, []
        return frames

    def hear(self, kind, text):
        """Takes in a frame of the host."""
        self._frames.append((kind, text.encode("utf-8")))
        self._host.poll()

    async def execute(self):
        """The whole run."""
        run = self._run
        try:
            output = run.start()
            if hasattr(output, "__await__"):
                task = asyncio.ensure_future(output)
                self._signal._cancel = task.cancel
                output = await task
            run.end(output)
        except BaseException as error:
            run.fail(error)


async def warm():
    """Goes once through all that a run goes through; first uses are slow."""
    answers = []
    rehearse(answers.append)
    for answer in answers:
        await answer
