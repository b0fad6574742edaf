/** One skill that tries to get out or to do harm, and what must come of it. */
export interface HostilePythonSkill {
  what: string
  source: string
  /** The action's answer, where the attack fails quietly. */
  output?: unknown
  /** How else the run may end; by the type of the error. */
  errorTypes?: readonly string[]
}

const anyEnd = ['skill_error', 'sandbox_error', 'memory_limit', 'timeout', 'output_limit']

/** Frames in every shape to every file descriptor: none has the secret. */
const forges = `
import os, struct
def go(input, ctx):
    forged = b"d" + b'"forged"'
    for head in (b"", bytes(16), os.urandom(16)):
        frame = head + forged
        for fd in range(3, 256):
            try: os.write(fd, struct.pack(">I", len(frame)) + frame)
            except OSError: pass
    return "quiet"
`

/** Finds the pipe and its secret on the heap, and claims with it to have used next to nothing: nobody believes it. Answers how often. */
const walksHeap = `
import gc
def go(input, ctx):
    found = [thing for thing in gc.get_objects() if getattr(thing, "__qualname__", "") == "open_pipe.<locals>.send"]
    for send in found: send(b"u", b'{"peakMemoryBytes":1,"cpuMs":999999999}')
    return len(found)
`

/** What a skill finds that looks for a way out; each answers what it reached. */
export const escapes: readonly HostilePythonSkill[] = [
  {
    what: 'reads files of the host',
    source: `
def go(input, ctx):
    seen = []
    for path in ("/etc/passwd", "/etc/shadow", "/root/.bashrc", "/home", "/work", "/var/lib", input["canary"]):
        try:
            with open(path) as file: seen.append(file.read()[:20])
        except OSError: pass
    return [text for text in seen if text]
`,
    output: [],
  },
  {
    what: 'finds nothing in its environment',
    source:
      'import os\ndef go(input, ctx): return sorted(set(os.environ) - {"HOME", "LANG", "PWD", "LC_CTYPE", "LD_LIBRARY_PATH"})',
    output: [],
  },
  {
    what: 'reads the environment of the process above it',
    source: `
import os
def go(input, ctx):
    with open("/proc/1/environ") as file: names = {line.partition("=")[0] for line in file.read().split("\\0")}
    return sorted(names - {"", "PWD", "NODE_ENV"})
`,
    output: [],
  },
  {
    what: 'opens connections',
    source: `
import socket
def go(input, ctx):
    for family, address in ((socket.AF_INET, ("127.0.0.1", input["port"])), (socket.AF_INET, ("1.1.1.1", 53)), (socket.AF_UNIX, "/run/docker.sock")):
        try: socket.socket(family).connect(address); return "connected"
        except OSError: pass
    return "quiet"
`,
    output: 'quiet',
  },
  {
    what: 'starts programs',
    source: `
import subprocess, os, sys
def go(input, ctx):
    for line in (["/bin/sh", "-c", "id"], ["/usr/bin/id"], ["bwrap", "--version"]):
        try: return subprocess.run(line, capture_output=True, timeout=2).stdout.decode()
        except (OSError, subprocess.SubprocessError): pass
    return "quiet"
`,
    output: 'quiet',
  },
  {
    what: 'calls the kernel by ctypes',
    source: `
def go(input, ctx):
    try: import ctypes
    except ImportError: return [-1] * 4
    libc = ctypes.CDLL(None, use_errno=True)
    # ptrace of the parent, mount, unshare of users, process_vm_readv
    return [libc.syscall(101, 16, 1, 0, 0), libc.syscall(165, b"none", b"/mnt", b"tmpfs", 0, 0), libc.syscall(272, 0x10000000), libc.syscall(310, 1, 0, 0, 0, 0, 0)]
`,
    output: [-1, -1, -1, -1],
  },
  {
    what: 'sees processes of others',
    source: `
import os
def go(input, ctx):
    seen = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try: seen.append(open(f"/proc/{pid}/comm").read().strip())
        except OSError: pass
    return [name for name in seen if name not in ("bwrap", "python3") and not name.startswith("python3.")]
`,
    output: [],
  },
  {
    what: 'writes where it should not',
    source: `
import os
def go(input, ctx):
    wrote = []
    for folder in ("/", "/guest", "/guest/code", "/guest/python/lib", "/usr/lib", "/etc", "/proc/sys/kernel", "/sys"):
        try: open(os.path.join(folder, "stray"), "w").close(); wrote.append(folder)
        except OSError: pass
    return wrote
`,
    output: [],
  },
  { what: 'forges frames to every file descriptor', source: forges, errorTypes: ['sandbox_error'], output: 'quiet' },
  {
    what: 'walks the heap to the pipe and claims what it likes',
    source: walksHeap,
    output: 1,
  },
]

/** What a skill does to itself and to the machine; the run ends, and the next one is as if nothing had happened. */
export const nuisances: readonly HostilePythonSkill[] = [
  {
    what: 'forks without end',
    source: `
import os
def go(input, ctx):
    try:
        while True: os.fork()
    except OSError: return "quiet"
`,
    output: 'quiet',
    errorTypes: anyEnd,
  },
  {
    what: 'starts threads that go on',
    source: `
import threading, time
def go(input, ctx):
    def on():
        while True: ctx.console.log("still here"); time.sleep(0.001)
    started = 0
    try:
        while started < 10000: threading.Thread(target=on).start(); started += 1
    except RuntimeError: pass
    return "quiet"
`,
    output: 'quiet',
    errorTypes: anyEnd,
  },
  {
    what: 'leaves by os._exit',
    source: 'import os\ndef go(input, ctx): os._exit(0)',
    errorTypes: ['sandbox_error'],
  },
  {
    what: 'leaves by sys.exit, with things to do at the exit',
    source: 'import atexit, sys\natexit.register(lambda: print("forged"))\ndef go(input, ctx): sys.exit(0)',
    errorTypes: ['skill_error'],
  },
  {
    what: 'poisons modules and builtins',
    source: `
import builtins, json, asyncio, sys, os
def go(input, ctx):
    for module in list(sys.modules.values()):
        for name in list(vars(module) if hasattr(module, "__dict__") else ()):
            if name in ("dumps", "loads", "JSONEncoder", "write", "read", "_exit", "TracebackException"):
                try: setattr(module, name, lambda *_, **__: "forged")
                except Exception: pass
    builtins.len = builtins.str = builtins.isinstance = None
    sys.modules.clear()
    sys.meta_path.clear()
    return "quiet"
`,
    output: 'quiet',
    errorTypes: anyEnd,
  },
  {
    what: 'handles signals by raising everywhere',
    source: `
import signal
def go(input, ctx):
    def strike(*_): raise RuntimeError("struck")
    signal.signal(signal.SIGALRM, strike)
    signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
    try:
        for i in range(200): ctx.stream("x" * 100)
        return "quiet"
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
`,
    output: 'quiet',
    errorTypes: anyEnd,
  },
  {
    what: 'recurses without end',
    source: 'import sys\nsys.setrecursionlimit(10**8)\ndef go(input, ctx): return go(input, ctx)',
    errorTypes: anyEnd,
  },
  {
    what: 'crashes the interpreter',
    source: 'def go(input, ctx):\n    import ctypes\n    return ctypes.string_at(1)',
    errorTypes: anyEnd,
  },
  {
    what: 'reckons with huge numbers',
    source: 'import sys\nsys.set_int_max_str_digits(0)\ndef go(input, ctx): return len(str(7 ** (10 ** 8)))',
    errorTypes: anyEnd,
  },
  {
    what: 'maps memory that is not its heap',
    source: `
import mmap
def go(input, ctx):
    kept = []
    while True:
        area = mmap.mmap(-1, 16 << 20)
        for page in range(0, 16 << 20, 4096): area[page] = 1
        kept.append(area)
`,
    errorTypes: ['memory_limit', 'skill_error'],
  },
  {
    what: 'fills the file system',
    source: `
def go(input, ctx):
    written = 0
    try:
        for number in range(10000):
            with open(f"/home/guest/{number}", "wb") as file: written += file.write(bytes(4 << 20))
    except OSError: return written < (256 << 20)
    return False
`,
    output: true,
    errorTypes: anyEnd,
  },
  {
    what: 'raises what cannot be looked at',
    source: `
class Meta(type):
    __name__ = property(lambda self: 1 / 0)
class Odd(Exception, metaclass=Meta):
    def __str__(self): raise self
    __traceback__ = property(lambda self: 1 / 0)
def go(input, ctx): raise Odd()
`,
    errorTypes: ['skill_error'],
  },
  {
    what: 'answers what is no JSON',
    source: 'def go(input, ctx):\n    loop = []\n    loop.append(loop)\n    return loop',
    errorTypes: ['skill_error'],
  },
]

/** For Pyodide: all of the realm of JavaScript, and nothing behind it. */
export const realmWalker = `
def go(input, ctx):
    from pyodide.ffi import JsProxy
    import gc, asyncio
    found = []
    for thing in gc.get_objects():
        for name in ("_js_obj", "_more", "js"):
            value = getattr(thing, name, None)
            if isinstance(value, JsProxy): found.append(value)
    host = ctx._host if hasattr(ctx, "_host") else None
    for cell in getattr(getattr(host, "_send", None), "__closure__", None) or ():
        if isinstance(cell.cell_contents, JsProxy): found.append(cell.cell_contents)
    answers = []
    for proxy in found:
        function = proxy.constructor.constructor
        answers.append(function("return [typeof Deno, typeof process, typeof fetch, typeof Worker].join()")())
    return sorted(set(answers))
`
