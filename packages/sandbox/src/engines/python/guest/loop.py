"""asyncio without sockets: the guest's walls may refuse them all."""

import asyncio
import os

class _PipeEnd:
    """One end of a pipe, with the four methods that asyncio uses of a socket to wake itself."""

    def __init__(self, fd):
        self._fd = fd
        os.set_blocking(fd, False)

    def fileno(self):
        return self._fd

    def send(self, data):
        return os.write(self._fd, data)

    def recv(self, size):
        return os.read(self._fd, size)

    def close(self):
        os.close(self._fd)


class PipeLoop(asyncio.SelectorEventLoop):
    """The usual loop, but it wakes itself by a pipe instead of a pair of sockets."""

    def _make_self_pipe(self):
        source, sink = os.pipe()
        self._ssock, self._csock = _PipeEnd(source), _PipeEnd(sink)
        self._internal_fds += 1
        self._add_reader(self._ssock.fileno(), self._read_from_self)


class _Policy(asyncio.DefaultEventLoopPolicy):
    """Gives skills that call `asyncio.run` the same kind of loop."""

    _loop_factory = PipeLoop


def create_loop():
    """The loop of the run, set as that of this thread."""
    asyncio.set_event_loop_policy(_Policy())
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    return loop
