"""Lines of the run's log: `ctx.console`, `print`, and whatever is written to the file descriptors 1 and 2."""

import io
import json
import os


def _describe(value):
    if isinstance(value, str):
        return value
    try:
        return json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError):
        return str(value)


class Console:
    """`ctx.console`: debug, log, info, warn and error, each a line of the run's log."""

    __slots__ = ("_host",)

    def __init__(self, host):
        self._host = host

    def _write(self, level, values):
        self._host.log(level, " ".join(map(_describe, values)))

    def debug(self, *values):
        self._write("debug", values)

    def log(self, *values):
        self._write("info", values)

    def warn(self, *values):
        self._write("warn", values)

    def error(self, *values):
        self._write("error", values)

    info = log
    warning = warn


class LogStream(io.TextIOBase):
    """A text stream whose lines become lines of the log."""

    encoding = "utf-8"
    errors = "backslashreplace"

    def __init__(self, host, level):
        self._host = host
        self._level = level
        self._rest = ""

    def writable(self):
        return True

    def write(self, text):
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        *lines, self._rest = (self._rest + text).split("\n")
        for line in lines:
            self._host.log(self._level, line)
        return len(text)

    def end(self):
        """Sends what stands on a line that was not ended."""
        rest, self._rest = self._rest, ""
        if rest:
            self._host.log(self._level, rest)


class RawOutput:
    """Takes what is written to the file descriptors 1 and 2 past Python's own streams. It never makes a writer wait: what is too much is lost."""

    def __init__(self):
        self.source, sink = os.pipe()
        os.set_blocking(self.source, False)
        os.set_blocking(sink, False)
        os.dup2(sink, 1)
        os.dup2(sink, 2)
        os.close(sink)

    def drain(self, stream):
        """Passes on what is there."""
        try:
            while data := os.read(self.source, 65536):
                stream.write(data.decode("utf-8", "backslashreplace"))
        except BlockingIOError:
            pass
