"""One run of one action of one skill, whatever Python it runs in."""

import importlib
import random
import sys
import types

import context
import package_modules
from exact_json import to_json
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


def warm_up():
    """First uses are slow; they happen here, while the process waits in the pool."""
    to_json(describe(ValueError("warm")), "it")


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
        self._reserve = bytearray(MEBIBYTE)
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
            self._reserve = None
            return self._host.finish(b"m", b"{}")
        text = to_json(describe(error), "the error")
        self._end_lines()
        return self._host.finish(b"e", text)

    def _end_lines(self):
        self.out.end()
        self._err.end()
