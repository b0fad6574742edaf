"""The guest's end of the frame pipe. The rules stand in ../../../guests/frames.ts."""

import fcntl
import os
import random
import select
import threading

SECRET_BYTES = 16
_READ_BYTES = 1 << 18


def _move_away(fd):
    """A copy of this file descriptor at a place that is hard to guess; it does not survive an exec."""
    return fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, random.SystemRandom().randrange(20, 60))


def open_pipe():
    """Takes stdin and stdout for the frames and leaves a skill others in their place.

    Answers `(send, receive, source)`. `send(kind, payload)` writes one frame. `receive(wait)` answers the frames that are there as
    `[(kind, payload)]`, after waiting for at least some bytes where `wait` is true; it ends the process when the host is gone.
    They are closures, so that nothing that a skill is handed leads to the file descriptors or to the secret. That is no
    boundary (a skill may walk the heap): who finds them can say what a guest may say anyway.
    """
    source, sink = _move_away(0), _move_away(1)
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.close(null)
    os.set_blocking(source, False)
    os.set_blocking(sink, True)
    poll = select.poll()
    poll.register(source, select.POLLIN)
    held = bytearray()
    sending = threading.Lock()
    read, write, leave, wait_for = os.read, os.write, os._exit, poll.poll
    secret = b""

    def send(kind, payload):
        size = SECRET_BYTES + 1 + len(payload)
        frame = b"".join((size.to_bytes(4, "big"), secret, kind, payload))
        with sending:
            written = write(sink, frame)
            while written < len(frame):
                written += write(sink, frame[written : written + _READ_BYTES])

    def fill():
        try:
            data = read(source, _READ_BYTES)
        except BlockingIOError:
            return False
        if not data:
            leave(0)
        held.extend(data)
        return True

    def take():
        frames, start = [], 0
        while len(held) >= start + 4:
            end = start + 4 + int.from_bytes(held[start : start + 4], "big")
            if len(held) < end:
                break
            frames.append((held[start + 4 : start + 5].decode("latin-1"), bytes(held[start + 5 : end])))
            start = end
        del held[:start]
        return frames

    def receive(wait):
        if wait:
            wait_for()
        while fill():
            pass
        return take()

    def boot():
        nonlocal secret
        frames = []
        while not frames:
            frames = receive(True)
        kind, secret = frames[0]
        if kind != "b" or len(secret) != SECRET_BYTES or len(frames) > 1:
            leave(2)

    boot()
    return send, receive, source

