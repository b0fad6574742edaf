import { randomUUID } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { printed, processesWith, runScriptOn } from '../../../test/script-bench.ts'
import { hostMark } from '../../isolation/host-mark.ts'
import { isFilteredArch } from '../../isolation/seccomp/build-filter.ts'
import { syscallNumbers } from '../../isolation/seccomp/syscall-numbers.ts'
import { syscallProfiles } from '../../isolation/seccomp/syscall-profiles.ts'
import type { Engine } from '../../run.ts'
import { workspaceLimits } from '../../workspace/workspace-path.ts'
import { createShellEngine } from './shell-engine.ts'

const MEGABYTE = 1024 * 1024
const NOT_PERMITTED = 1
const NO_SUCH_CALL = 38
const KILLED_BY_SIGSYS = 128 + 31

/** Calls the kernel by numbers; prints the error number of each. */
const callsByNumber = `import ctypes, json, sys
libc = ctypes.CDLL(None, use_errno=True)
def call(number, *args):
    ctypes.set_errno(0)
    libc.syscall(ctypes.c_long(number), *[ctypes.c_long(arg) for arg in args])
    return ctypes.get_errno()
print(json.dumps([call(*words) for words in json.loads(sys.argv[1])]))`

let engine: Engine
let hostDir: string

beforeAll(async () => {
  engine = createShellEngine()
  hostDir = await mkdtemp(join(tmpdir(), 'hostile-scripts-'))
})
afterAll(async () => {
  await engine.close()
  await rm(hostDir, { recursive: true, force: true })
})

const shell = (source: string, args: string[] = []) => printed(engine, 'x.sh', source, { input: { args } })
const python = (source: string, args: string[] = []) => printed(engine, 'x.py', source, { input: { args } })

/** Whether this machine lets us have groups of the kernel, which enforce what elsewhere is watched. */
async function isGrouped(): Promise<boolean> {
  return (await engine.status()).message.includes('cgroup (memory')
}

async function errorNumbers(calls: number[][]): Promise<number[]> {
  return JSON.parse(await python(callsByNumber, [JSON.stringify(calls)]))
}

describe('a hostile script and the kernel', () => {
  const arch = isFilteredArch(process.arch) ? process.arch : 'x64'
  const numbersOf = (names: readonly (keyof typeof syscallNumbers)[]) =>
    names.flatMap((name) => (syscallNumbers[name][arch] === null ? [] : [syscallNumbers[name][arch] ?? 0]))

  it('is refused every system call that it has no business with', async () => {
    const { refused, missing } = syscallProfiles.shell
    const numbers = [...numbersOf(refused), ...numbersOf(missing)]
    expect(numbers.length).toBeGreaterThan(60)
    const expected = [...numbersOf(refused).map(() => NOT_PERMITTED), ...numbersOf(missing).map(() => NO_SUCH_CALL)]
    expect(await errorNumbers(numbers.map((number) => [number, 0, 0, 0, 0, 0, 0]))).toEqual(expected)
  })

  it('gets no namespace by clone and no socket pair of another kind', async () => {
    const clone = syscallNumbers.clone[arch]
    const namespaces = [0x20000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000, 0x2000000]
    const pairs = [2, 10, 16, 17].map((family) => [syscallNumbers.socketpair[arch], family, 1, 0, 0])
    const answers = await errorNumbers([...namespaces.map((flag) => [clone, flag | 17, 0, 0, 0, 0]), ...pairs])
    expect(answers).toEqual(answers.map(() => NOT_PERMITTED))
  })

  it('ends when it calls by the numbers of another processor', async () => {
    const x32 = { x64: KILLED_BY_SIGSYS, arm64: 0 }
    const source = `import ctypes\nctypes.CDLL(None).syscall(ctypes.c_long(0x40000000 | 39))`
    const outcome = await runScriptOn(engine, 'x.py', source)
    expect(outcome).toMatchObject({ output: { exitCode: x32[arch] } })
  })

  it('cannot get round the filter by the first process of its namespace', async () => {
    expect(await shell('grep -h -E "^(Seccomp|NoNewPrivs|CapEff):" /proc/1/status /proc/self/status | sort -u')).toBe(
      'CapEff:\t0000000000000000\nNoNewPrivs:\t1\nSeccomp:\t2',
    )
  })

  it('makes no file that runs as its owner, in whatever way', async () => {
    const source = `import os, stat
made = []
def attempt(name, work):
    try:
        work()
        made.append(name)
    except OSError:
        pass
open('a', 'w').close()
attempt('chmod', lambda: os.chmod('a', 0o4755))
attempt('group', lambda: os.chmod('a', 0o2755))
attempt('fchmod', lambda: os.fchmod(os.open('a', os.O_RDONLY), 0o4755))
attempt('open', lambda: os.open('b', os.O_CREAT | os.O_WRONLY, 0o4755))
attempt('mknod', lambda: os.mknod('c', 0o4755 | stat.S_IFREG))
print(made, [name for name in os.listdir('.') if os.stat(name).st_mode & 0o6000])`
    expect(await python(source)).toBe('[] []')
  })
})

describe('a hostile script and what belongs to others', () => {
  it('sees no file of the host but programs and libraries', async () => {
    const secret = join(hostDir, 'secret.txt')
    await writeFile(secret, 'canary')
    const source = `for path in "$1" /etc/shadow /etc/hostname /root /home/* /var /sys /run /mnt /opt; do
      [ "$path" = /home/guest ] || { [ -e "$path" ] && echo "sees $path"; }
    done; cat "/proc/1/root$1" "/proc/self/root$1" "/workspace/../..$1" 2>/dev/null; ls /`
    expect((await shell(source, [secret])).split('\n').filter((line) => line !== 'lib64')).toEqual(
      ['bin', 'dev', 'etc', 'home', 'lib', 'proc', 'skill', 'tmp', 'usr', 'workspace'].sort(),
    )
  })

  it('writes to its workspace, its home and its /tmp, and nowhere else', async () => {
    const source = `for folder in / /bin /dev /dev/shm /etc /home /home/guest /lib /proc /proc/sys/kernel /skill /tmp /usr /usr/bin /workspace; do
      ( : >"$folder/probe" ) 2>/dev/null && echo "$folder"
    done
    for file in /proc/sys/kernel/core_pattern /proc/sysrq-trigger /proc/sys/vm/overcommit_memory "$0"; do
      ( : >>"$file" ) 2>/dev/null && echo "$file"
    done; :`
    expect(await shell(source)).toBe('/home/guest\n/tmp\n/workspace')
  })

  it('sees and signals no process but its own', async () => {
    const source = `sleep 100 & echo /proc/[0-9]* | tr ' ' '\\n' | wc -l; kill -9 ${process.pid} 2>/dev/null && echo killed; kill -9 1; sleep 0; echo alive; kill -9 $!`
    expect((await shell(source)).split('\n').slice(-1)).toEqual(['alive'])
    const seen = Number((await shell(source)).split('\n')[0])
    expect(seen).toBeLessThan(8)
    expect(await shell('tr "\\\\0" " " </proc/1/environ')).not.toContain('PATH=')
  })

  it('has no network, not even to the host itself', async () => {
    const source = `import os, socket
def attempt(work):
    try:
        work()
        return 'connected'
    except OSError as error:
        return error.errno
print(attempt(lambda: socket.create_connection(('127.0.0.1', 1))), attempt(lambda: socket.socket(socket.AF_UNIX)))
print([line.split(':')[0].strip() for line in open('/proc/net/dev').readlines()[2:]])`
    expect(await python(source)).toBe(`1 1\n['lo']`)
  })

  it('changes neither settings of the kernel nor devices of the machine, although the host may be root', async () => {
    const source = `import os
changed = []
def attempt(path, work):
    try:
        work(path)
        changed.append(path)
    except OSError:
        pass
for folder, _, names in os.walk('/proc'):
    if folder.endswith('/fd') or folder.startswith('/proc/thread-self'): continue
    for name in names:
        attempt(folder + '/' + name, lambda path: os.close(os.open(path, os.O_WRONLY | os.O_NONBLOCK)))
for name in ('null', 'zero', 'full', 'random', 'urandom', 'tty'):
    attempt('/dev/' + name, lambda path: os.chmod(path, 0o600))
attempt('/proc/self/mem', lambda path: open(path, 'r+b'))
attempt('/proc/1/mem', lambda path: open(path, 'r+b'))
open('/dev/null', 'w').write('x')
print(changed)`
    expect(await python(source)).toBe('[]')
  })

  it('has no devices but those that hold nothing, and makes none', async () => {
    const source = `for path in /dev/*; do [ -b "$path" ] && echo "$path"; done
    mknod /tmp/mem c 1 1 2>/dev/null && echo made; cat /proc/kcore >/dev/null 2>&1 && echo core
    for path in /dev/*; do [ -c "$path" ] && echo "\${path##*/}"; done`
    expect((await shell(source)).split('\n').filter((name) => name !== 'console')).toEqual(
      ['full', 'null', 'ptmx', 'random', 'tty', 'urandom', 'zero'].sort(),
    )
  })

  it('gets no file that the host has open', async () => {
    expect(
      await python(
        `import os\nprint({os.readlink(f'/proc/self/fd/{fd}').split(':')[0] for fd in os.listdir('/proc/self/fd') if int(fd) > 2 and os.path.exists(f'/proc/self/fd/{fd}')} - {'/dev/null', '/skill/x.py'})`,
      ),
    ).toMatch(/^(set\(\)|\{'\/proc\/\d+\/fd'\})$/)
  })
})

describe('a hostile script that takes too much', () => {
  it('gets no further than its number of processes', async () => {
    const source = `import os, time
children = 0
try:
    while children < 500:
        if os.fork() == 0:
            time.sleep(60)
            os._exit(0)
        children += 1
    time.sleep(60)
except OSError as error:
    print(error.errno, children < 64)`
    const outcome = await runScriptOn(engine, 'x.py', source)
    // Watched only, they are stopped for their number or for their memory, whichever is seen first.
    const stopped = { status: 'failed', error: { errorType: expect.stringMatching(/^(quota_exceeded|memory_limit)$/) } }
    expect(outcome).toMatchObject((await isGrouped()) ? { output: { stdout: '11 True\n' } } : stopped)
  })

  it('is ended with all of its fork bomb', async () => {
    const mark = randomUUID()
    const source = `bomb() { sh -c ": ${mark}; sleep 60" | bomb & bomb & }\nbomb 2>/dev/null\nwhile :; do :; done`
    const outcome = await runScriptOn(engine, 'x.bash', source, { limits: { wallMs: 1_000 } })
    expect(outcome.status).toBe((await isGrouped()) ? 'timed_out' : 'failed')
    expect(processesWith(mark)).toBe(0)
  })

  it('is stopped for the memory of all its processes together, with at most a tenth too much', async () => {
    const source = `import os, time
for _ in range(4):
    if os.fork() == 0:
        hog = bytearray(30 * 1024 * 1024)
        time.sleep(20)
time.sleep(20)`
    const outcome = await runScriptOn(engine, 'x.py', source, { limits: { memoryBytes: 64 * MEGABYTE } })
    expect(outcome).toMatchObject({ status: 'failed', error: { errorType: 'memory_limit' } })
    expect(outcome.usage.peakMemoryBytes).toBeGreaterThan(48 * MEGABYTE)
    // Where nothing but samples tell, the last one may be late.
    expect(outcome.usage.peakMemoryBytes).toBeLessThanOrEqual(64 * MEGABYTE * ((await isGrouped()) ? 1.1 : 2.5))
  })

  it('is stopped for memory that it hides in files of its /tmp', async () => {
    const source = `for n in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do head -c 2000000 /dev/zero >/tmp/$n; head -c 2000000 /dev/zero >$HOME/$n; done; echo full`
    const outcome = await runScriptOn(engine, 'x.sh', source, { limits: { memoryBytes: 40 * MEGABYTE } })
    const stopped = { status: 'failed', error: { errorType: 'memory_limit' } }
    // Files in memory count for a group; elsewhere only their folders are bounded.
    expect(outcome).toMatchObject((await isGrouped()) ? stopped : { output: { stdout: 'full\n' } })
  })

  it('fills its /tmp and no more', async () => {
    const source = `n=0; while head -c 2000000 /dev/zero >/tmp/$n 2>/dev/null; do n=$((n+1)); [ $n -lt 100 ] || break; done; echo $n`
    expect(Number(await shell(source))).toBeLessThan(20)
  })

  it('writes no file larger than a workspace may hold', async () => {
    const outcome = await runScriptOn(engine, 'x.sh', 'head -c 20000000 /dev/zero >big; wc -c <big')
    expect(outcome).toMatchObject({ output: { stdout: `${workspaceLimits.fileBytes}\n` } })
  })

  const fill = `n=0; while [ $n -le ${Math.ceil(workspaceLimits.totalBytes / 2_000_000)} ]; do head -c 2000000 /dev/zero >$n; n=$((n+1)); done`

  it.each([
    ['bytes', `${fill}; sleep 20`],
    ['bytes, and ends', fill],
    ['bytes behind a closed door', `mkdir a; cd a; ${fill}; cd ..; chmod 0 a`],
    ['entries', 'mkdir $(seq 1 300); sleep 20'],
  ])('is stopped when its workspace has too many %s', async (_what, source) => {
    const outcome = await runScriptOn(engine, 'x.sh', source)
    expect(outcome).toMatchObject({ status: 'failed', error: { errorType: 'quota_exceeded' } })
  })

  it('opens no more files than it may', async () => {
    const source = `import os\nfiles = []\ntry:\n    while True: files.append(open('/dev/null'))\nexcept OSError as error: print(error.errno, len(files) < 256)`
    expect(await python(source)).toBe('24 True')
  })

  it('is stopped when it writes more than may be kept', async () => {
    const outcome = await runScriptOn(engine, 'x.sh', 'cat /dev/zero')
    expect(outcome).toMatchObject({ status: 'failed', error: { errorType: 'output_limit' } })
  })
})

describe('a hostile script that wants to stay', () => {
  it('leaves no daemon behind, however it was born', async () => {
    const mark = randomUUID()
    const source = `import os, time, sys
def daemon():
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            for fd in (0, 1, 2): os.close(fd)
            os.execvp('sh', ['sh', '-c', 'trap "" TERM HUP INT; : ${mark}; sleep 60; sleep 60'])
        os._exit(0)
def lives(pid):
    try:
        return '${mark}; sleep' in open(f'/proc/{pid}/cmdline').read()
    except OSError:
        return False
daemon()
until = time.time() + 10
while time.time() < until and not any(lives(pid) for pid in os.listdir('/proc') if pid.isdigit()):
    time.sleep(0.01)
print(time.time() < until)`
    expect(await python(source)).toBe('True')
    expect(processesWith(mark)).toBe(0)
  })

  it('is killed at once with its children when it is cancelled, and its process group does not matter', async () => {
    const mark = randomUUID()
    const cancelling = new AbortController()
    const running = runScriptOn(
      engine,
      'x.sh',
      `setsid sh -c ": ${mark}; sleep 60; :" & sh -c ": ${mark}; sleep 60; :"`,
      {
        signal: cancelling.signal,
      },
    )
    await vi.waitFor(() => expect(processesWith(`: ${mark}; sleep`)).toBe(2), { timeout: 15_000 })
    cancelling.abort()
    expect(await running).toMatchObject({ status: 'cancelled' })
    expect(processesWith(`: ${mark}; sleep`)).toBe(0)
  })

  it('leaves no group, no folder and no file outside its workspace', async () => {
    const own = createShellEngine()
    const foldersOf = () => readdirSync(tmpdir()).filter((name) => name.startsWith(hostMark()))
    const before = new Set(foldersOf())
    await own.status()
    const [home = ''] = foldersOf().filter((name) => !before.has(name))
    await printed(own, 'x.sh', 'echo x >file; mkdir -p a/b')
    expect(readdirSync(join(tmpdir(), home)).filter((name) => name.startsWith('run-'))).toEqual([])
    await own.close()
    expect(existsSync(join(tmpdir(), home))).toBe(false)
  })

  it('leaves in the workspace what it wrote, as files of the host that nobody else can run', async () => {
    const workspaceDir = await mkdtemp(join(hostDir, 'workspace-'))
    await writeFile(join(workspaceDir, 'in.txt'), 'given')
    expect(await printed(engine, 'x.sh', 'cat in.txt; cp in.txt out.txt', { workspaceDir })).toBe('given')
    expect((await stat(join(workspaceDir, 'out.txt'))).mode & 0o6000).toBe(0)
  })
})
