"""One run of one action of one skill, whatever Python it runs in."""

import importlib
import random
import sys
import types

import context
import package_modules
from exact_json import to_json
from host import Host
from logs import LogStream
from thrown import describe

OUR_MODULES = (
    "context",
    "exact_json",
    "host",
    "logs",
    "loop",
    "package_modules",
    "pipe",
    "pyodide_guest",
    "skill_run",
    "thrown",
)
MEBIBYTE = 1 << 20
# Let go where memory is short, so that there is some left to say so. Touching it takes time, so it happens early.
_reserve = [bytearray(MEBIBYTE)]
_REHEARSAL = {"modules": [["rehearsal.py", "async def go(input, ctx):\n    return input\n"]], "entry": "rehearsal.py", "action": "go"}
_NO_LIMITS = {"openCalls": 1, "windowBytes": 1, "streamBytes": 1, "logLines": 1}


def hide(path):
    """Takes our own modules, which came from this path, out of the skill's sight, and puts what it may import in their place."""
    for name in OUR_MODULES:
        sys.modules.pop(name, None)
    sys.path[:] = [entry for entry in sys.path if entry != path]
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


class SkillRun:
    """One run, from what the host has told of it to its last word."""

    def __init__(self, host, signal, told):
        random.seed()
        self._host = host
        self._signal = signal
        self._told = told
        self.out, self._err = LogStream(host, "info"), LogStream(host, "error")
        sys.stdout = sys.__stdout__ = self.out
        sys.stderr = sys.__stderr__ = self._err

    def start(self, before=lambda: None):
        """Loads the skill and calls its action; answers what that answers, which may have to be awaited. Calls `before` before any code of the skill."""
        told = self._told
        package_modules.install(dict(told["modules"]))
        ctx = context.SkillContext(self._host, self._signal, told["env"])
        before()
        action = load_action(told["entry"], told["action"])
        return action(told["input"], ctx)

    def end(self, output):
        """Tells the result. Raises JsonError where it has no exact form."""
        text = to_json(output, "the result")
        self._end_lines()
        self._host.finish(b"d", text)

    def fail(self, error):
        """Tells what was raised."""
        if isinstance(error, MemoryError):
            _reserve.clear()
            return self._host.finish(b"m", b"{}")
        text = to_json(describe(error), "the error")
        self._end_lines()
        return self._host.finish(b"e", text)

    def _end_lines(self):
        self.out.end()
        self._err.end()


def rehearse(wait_for):
    """Goes once through all that a run goes through, while nobody waits: first uses are slow. `wait_for` waits for an action that is async."""
    before, finders, streams = set(sys.modules), list(sys.meta_path), (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__)
    signal = context.Signal()
    host = Host(lambda _kind, _text: None, None, lambda: False, signal, _NO_LIMITS)
    run = SkillRun(host, signal, {**_REHEARSAL, "input": [1], "env": {}})
    run.end(wait_for(run.start()))
    run.fail(ValueError("rehearsed"))
    sys.meta_path[:] = finders
    for name in set(sys.modules) - before:
        if name.partition(".")[0] == package_modules.ROOT:
            del sys.modules[name]
    sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__ = streams
