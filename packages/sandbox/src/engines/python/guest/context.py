"""What an action gets as `ctx`, and what it can import as `guildhall_skill`.

    from guildhall_skill import ToolError

    async def summarize(input, ctx):
        rows = await ctx.tools.csv.parse(text=input["text"])
        async for part in ctx.ai.generate_text(f"Summarise: {rows}"):
            ctx.stream(part)
        await ctx.storage.set("last", len(rows))
        print("done", ctx.env["locale"])
        return {"rows": len(rows)}

Every name is there as in JavaScript (`generateText`) and as in Python (`generate_text`).
"""

import asyncio
import re
import sys

from host import Call, Host, ToolError
from logs import Console

_boundary = re.compile(r"_([a-z0-9])")


def _camel(name):
    """`to_html` as the host calls it: `toHtml`. A name that Python keeps for itself has a `_` behind it: `as_` is `as`."""
    return _boundary.sub(lambda found: found[1].upper(), name.rstrip("_"))


def _arguments(given, named):
    """One object as in JavaScript, or names: `parse({"text": t})` or `parse(text=t)`. Names may be in snake_case, and end in `_` where the
    name is a word of Python: `as_="json"`."""
    if given is None and not named:
        return None
    if not named:
        return given
    return {**(given or {}), **{_camel(name.removesuffix("_")): value for name, value in named.items()}}


class Tools:
    """`ctx.tools.<group>.<tool>(…)`: any tool of the host by its dotted name.

    Arguments are one dict, passed as it is, or keywords, whose snake_case becomes camelCase. Answers a Call: `await` it.
    """

    __slots__ = ("_host", "_path")

    def __init__(self, host, path=""):
        object.__setattr__(self, "_host", host)
        object.__setattr__(self, "_path", path)

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Tools(self._host, f"{self._path}.{_camel(name)}" if self._path else _camel(name))

    def __setattr__(self, name, value):
        raise AttributeError(f"ctx.tools.{name} cannot be changed")

    def __call__(self, arguments=None, /, **named):
        return self._host.call(self._path, _arguments(arguments, named))


class Ai:
    """`ctx.ai`: models, where the server has some and the skill has the permission `ai`.

    `await` an answer for the whole, or `async for part in` it. Options are one dict or keywords.
    """

    __slots__ = ("_host",)

    def __init__(self, host):
        self._host = host

    def _call(self, name, first, options, named, parts=False):
        return self._host.call(f"ai.{name}", {**first, "options": _arguments(options, named) or {}}, parts)

    def generate_text(self, prompt, options=None, /, **named):
        """A text written by a model."""
        return self._call("generateText", {"prompt": prompt}, options, named, parts=True)

    def generate_object(self, prompt, options=None, /, **named):
        """A structure filled in by a model; `schema` is its JSON Schema."""
        return self._call("generateObject", {"prompt": prompt}, options, named, parts=True)

    def embed(self, text, options=None, /, **named):
        """A text as a vector."""
        return self._call("embed", {"text": text}, options, named)

    generateText = generate_text
    generateObject = generate_object


class Storage:
    """`ctx.storage`: a small store of this installation, which no other skill reads. Values are JSON."""

    __slots__ = ("_host",)

    def __init__(self, host):
        self._host = host

    def get(self, key):
        """The stored value, or None."""
        return self._host.call("storage.get", {"key": key})

    def set(self, key, value):
        """Stores a value for later runs."""
        return self._host.call("storage.set", {"key": key, "value": value})

    def delete(self, key):
        """Whether there was something to delete."""
        return self._host.call("storage.delete", {"key": key})

    def list(self, prefix=""):
        """The keys that begin like this, sorted."""
        return self._host.call("storage.list", {"prefix": prefix})


class Signal:
    """`ctx.signal`: tells when the run is being cancelled. A waiting `async` action is cancelled too, so that its `finally` runs."""

    def __init__(self):
        self._aborted = False
        self._listeners = []
        # Ours, after those of the skill: `_poll` hears what the host has said, `_cancel` ends the waiting of the action.
        self._poll = self._cancel = lambda: None

    def _abort(self):
        if self._aborted:
            return
        self._aborted = True
        for listener in self._listeners:
            try:
                listener()
            except Exception as error:
                print(f"a listener of ctx.signal failed: {error}", file=sys.stderr)
        self._cancel()

    @property
    def aborted(self):
        """Whether the run is being cancelled. A long loop without `await` may look at it every now and then."""
        self._poll()
        return self._aborted

    def add_event_listener(self, kind, listener):
        """Calls `listener()` when the run is cancelled. The only kind is "abort"."""
        if kind == "abort":
            self._listeners.append(listener)

    def throw_if_aborted(self):
        """Raises CancelledError (of asyncio) when the run is being cancelled."""
        if self.aborted:
            raise asyncio.CancelledError("the run was cancelled")

    addEventListener = add_event_listener
    throwIfAborted = throw_if_aborted


class Env(dict):
    """`ctx.env`: facts of the run, such as `ctx.env["locale"]` or `ctx.env.locale`; never secrets."""

    def __getattr__(self, name):
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None


class SkillContext:
    """All that an action can reach beside the language: `ai`, `tools`, `storage`, `console`, `env`, `stream`, `signal`."""

    def __init__(self, host: Host, signal: Signal, env: dict):
        self.ai = Ai(host)
        self.tools = Tools(host)
        self.storage = Storage(host)
        self.console = Console(host)
        self.env = Env(env)
        self.signal = signal
        self._host = host

    def stream(self, chunk):
        """Shows something while the run goes on: text or any JSON value. May be awaited; waits by itself while the host is behind."""
        return self._host.stream(chunk)


__all__ = ["Ai", "Call", "Console", "Env", "Signal", "SkillContext", "Storage", "ToolError", "Tools"]
