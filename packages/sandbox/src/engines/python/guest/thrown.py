"""Tells what a skill raised: kind, message, and the part of the traceback that is about the skill."""

import traceback

from host import ToolError
from package_modules import ORIGIN

MAX_TEXT = 8192
MOST_CHAINED = 8


def _message(error):
    if isinstance(error, SystemExit):
        return f"The skill ended the interpreter (exit code {error.code!r})"
    if isinstance(error, SyntaxError):
        return f"{error.msg} ({error.filename}, line {error.lineno})"
    if isinstance(error, ModuleNotFoundError) and not (error.name or "").startswith("skill"):
        return f"{error}: a skill can import the standard library and the files of its own package, nothing else"
    return str(error)


def _skill_frames(summary):
    """Takes our own lines out of a traceback and out of those of its causes."""
    for _ in range(MOST_CHAINED):
        kept = [frame for frame in summary.stack if frame.filename.startswith(ORIGIN)]
        summary.stack = traceback.StackSummary.from_list(kept)
        following = summary.__cause__ or (None if summary.__suppress_context__ else summary.__context__)
        if following is None:
            return
        summary = following
    summary.__cause__ = summary.__context__ = None


def _stack(error):
    summary = traceback.TracebackException.from_exception(error, limit=None, compact=True)
    _skill_frames(summary)
    lines = "".join(summary.format())
    # The end is what matters.
    return lines if len(lines) <= MAX_TEXT else "…" + lines[1 - MAX_TEXT :]


def describe(error):
    """An exception as the frame `error`. Whatever the exception does when it is looked at, there is an answer."""
    try:
        kind = type(error)
        told = {"name": str(kind.__name__)[:200], "message": str(_message(error))[:MAX_TEXT]}
        if kind is ToolError or isinstance(error, ToolError):
            told["name"] = "ToolError"
            told["errorType"] = str(error.error_type)[:200]
        told["message"] = told["message"] or told["name"]
        told["stack"] = _stack(error).rstrip()
        return told
    except BaseException:
        return {"name": "Error", "message": "The skill raised something that cannot be described"}
