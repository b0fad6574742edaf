"""What the guest says to its host and hears from it: calls, chunks, log lines, and the credit for them."""

import asyncio
import collections
import threading

from exact_json import from_json, to_json

MAX_LOG_CHARS = 8192


class ToolError(Exception):
    """The host refused a call, or it failed.

    `error_type` says why, as one word (`permission_denied`, `not_found`, `quota_exceeded` …); `recovery_options` is a list of texts that say
    what can be done. The same under the names of JavaScript: `errorType`, `recoveryOptions`.
    """

    __module__ = "guildhall_skill"

    def __init__(self, message, error_type="tool_error", recovery_options=()):
        super().__init__(message)
        self.error_type = self.errorType = error_type
        self.recovery_options = self.recoveryOptions = list(recovery_options)


class Call:
    """One call to the host, already on its way.

    `await call` gives the answer or raises ToolError. `async for part in call` gives the parts of an answer that comes bit by bit (else the
    whole as the only part). `call.result()` waits for the answer in a function that is not async.
    """

    __slots__ = ("_host", "_answer", "_parts", "_waiters", "_text", "_done")

    def __init__(self, host):
        self._host = host
        self._answer = None
        self._done = False
        self._parts = collections.deque()
        self._waiters = []

    def _wake(self):
        waiters, self._waiters = self._waiters, []
        for loop, waiter in waiters:
            if asyncio._get_running_loop() is loop:
                _release(waiter)
            else:
                loop.call_soon_threadsafe(_release, waiter)

    def _part(self, part):
        self._parts.append(part)
        self._wake()

    def _finish(self, result):
        self._answer, self._done = result, True
        self._wake()

    def _value(self):
        answer = self._answer
        if answer["success"]:
            return answer["data"]
        raise ToolError(answer["error"], answer["errorType"], answer["recoveryOptions"])

    def done(self):
        """Whether the answer is there."""
        return self._done

    def result(self):
        """Waits for the answer. For functions that are not async: meanwhile nothing else happens in this thread."""
        while not self._done:
            if not self._host._may_wait():
                raise RuntimeError("this call cannot be waited for here; await it")
            self._host.pump(lambda: self._done)
        return self._value()

    async def _changed(self):
        loop = asyncio.get_running_loop()
        waiter = loop.create_future()
        self._waiters.append((loop, waiter))
        await waiter

    async def _wait(self):
        while not self._done:
            await self._changed()
        return self._value()

    def __await__(self):
        return self._wait().__await__()

    async def __aiter__(self):
        has_parts = False
        while True:
            while self._parts:
                has_parts = True
                yield self._parts.popleft()
            if self._done:
                break
            await self._changed()
        whole = self._value()
        if not has_parts:
            yield whole


def _release(waiter):
    if not waiter.done():
        waiter.set_result(None)


class Sent:
    """A chunk on its way. It may be awaited, until it was sent."""

    __slots__ = ("_waiting",)

    def __init__(self, waiting=None):
        self._waiting = waiting

    def __await__(self):
        return iter(()) if self._waiting is None else self._waiting.__await__()


_SENT = Sent()


class Host:
    """The other end of the pipe, for one run."""

    def __init__(self, send, receive, may_wait, signal, run):
        """`may_wait()` says whether `receive(True)` may be called now, which waits; where it may not, what has no credit stays here."""
        self._send = send
        self._receive = receive
        self._may_wait = may_wait
        self._signal = signal
        self._receiving = threading.RLock()
        self._sending = threading.RLock()
        self._open_calls = run["openCalls"]
        self._window_bytes = run["windowBytes"]
        self._stream_bytes = run["streamBytes"]
        self._log_lines = run["logLines"]
        self._on_account = 0
        self._streamed = 0
        self._logged = 0
        self._last_id = 0
        self._open = {}
        self._waiting = collections.deque()
        self._outbox = collections.deque()
        self._has_ended = False

    # Calls

    def call(self, path, args, parts=False):
        """Calls a tool of the host by its dotted path."""
        call = Call(self)
        text = to_json(args, "the arguments")
        with self._sending:
            self._waiting.append((call, to_json(path, "the name of a tool"), text, parts))
            self._send_calls()
        return call

    def _send_calls(self):
        while self._waiting and len(self._open) < self._open_calls and not self._has_ended:
            call, path, text, parts = self._waiting.popleft()
            self._last_id += 1
            self._open[self._last_id] = call
            head = b'{"id":%d,"path":%b,"args":' % (self._last_id, path)
            self._send(b"c", head + text + (b',"parts":true}' if parts else b"}"))

    # Chunks and lines

    def stream(self, chunk):
        """Sends a chunk; waits while the host has not taken enough of what came before."""
        text = to_json(chunk, "a chunk")
        self._streamed += len(text)
        if self._streamed > self._stream_bytes:
            self._outbox.clear()
            self.finish(b"o", b"{}")
            return _SENT
        return self._post(b"s", text)

    def log(self, level, message):
        """Sends one line of the log. Lines beyond the limit go nowhere."""
        self._logged += 1
        if self._logged > self._log_lines + 1:
            return
        self._post(b"l", to_json({"level": level, "message": message[:MAX_LOG_CHARS]}, "a line of the log"))

    def finish(self, kind, text):
        """The last word of this guest, after what waits. The host ends the process then; where this may wait, it does not return."""
        while self._outbox and self._may_wait():
            self.pump(lambda: not self._outbox)
        with self._sending:
            self._outbox.append((kind, text, None))
            self._flush()
        while self._may_wait():
            self._receive(True)

    def _has_credit(self):
        return self._on_account < self._window_bytes

    def _post(self, kind, text):
        while not self._has_credit() and self._may_wait():
            self.pump(self._has_credit)
        with self._sending:
            waiting = None if self._has_credit() else Call(self)
            self._outbox.append((kind, text, waiting))
            self._flush()
        return _SENT if waiting is None else Sent(waiting)

    def _flush(self):
        while self._outbox and not self._has_ended:
            kind, text, waiting = self._outbox[0]
            is_last = kind not in (b"s", b"l")
            if not is_last and not self._has_credit():
                return
            self._outbox.popleft()
            self._has_ended = is_last
            self._on_account += len(text)
            self._send(kind, text)
            if waiting is not None:
                waiting._finish({"success": True, "data": None})

    # What the host says

    def pump(self, is_enough):
        """Waits until the host has said something, unless it is enough already."""
        with self._receiving:
            if not is_enough():
                self.hear(self._receive(True))

    def poll(self):
        """Hears what the host has said so far, without waiting."""
        if not self._receiving.acquire(blocking=False):
            return
        try:
            self.hear(self._receive(False))
        finally:
            self._receiving.release()

    def hear(self, frames):
        """Takes in what the host has said."""
        for kind, payload in frames:
            if kind == "v":
                message = from_json(payload)
                with self._sending:
                    call = self._open.pop(message["id"])
                    self._send_calls()
                call._finish(message["result"])
            elif kind == "p":
                message = from_json(payload)
                self._open[message["id"]]._part(message["part"])
            elif kind == "k":
                with self._sending:
                    self._on_account -= from_json(payload)["bytes"]
                    self._flush()
            elif kind == "a":
                self._signal._abort()
