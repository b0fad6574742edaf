import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, copyFileSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, rmdirSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'

const STARTS_WITHIN_MS = 20_000
const LOOK_EVERY_MS = 100
/** What the image holds: enough for a script of a shell. */
const PROGRAMS = ['sh', 'bash', 'cat', 'echo', 'head', 'id', 'ls', 'sleep', 'mkdir', 'seq', 'grep', 'chmod', 'true']

/** An engine of Docker of our own, that knows no network and touches nothing of another one. */
export interface PrivateDocker {
  engine: string
  image: string
  /** The names of all its containers. */
  containers(): string[]
  stop(): Promise<void>
}

function findDockerd(): string | null {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/bin'].filter(
    (folder) => folder !== '',
  )
  return folders.map((folder) => join(folder, 'dockerd')).find((path) => existsSync(path)) ?? null
}

function librariesOf(program: string): string[] {
  const listed = execFileSync('/usr/bin/ldd', [program], { encoding: 'latin1' })
  return [...listed.matchAll(/(\/\S+) \(0x/g)].flatMap(([, path]) => path ?? [])
}

/** Packs programs of this system, with their libraries, into an image. */
function importImage(docker: (...args: string[]) => string, dir: string, image: string) {
  const paths = PROGRAMS.map((name) => [`/usr/bin/${name}`, `/bin/${name}`].find((path) => existsSync(path)) ?? '')
  const files = new Set(paths.filter((path) => path !== '').flatMap((path) => [path, ...librariesOf(path)]))
  const root = join(dir, 'root')
  for (const path of files) {
    mkdirSync(join(root, dirname(path)), { recursive: true })
    copyFileSync(path, join(root, path))
  }
  const archive = join(dir, 'image.tar')
  // With the folders themselves: an engine makes missing ones so that only root may enter.
  execFileSync('tar', ['--create', '--file', archive, '--directory', root, '--mode=a+rX', '.'])
  docker('import', archive, image)
}

/** The empty groups that an engine leaves behind. */
function removeGroups(before: ReadonlySet<string>) {
  for (const dir of groupDirs().filter((path) => !before.has(path)))
    try {
      rmdirSync(dir)
    } catch {
      // Another engine uses it.
    }
}

function groupDirs(): string[] {
  const root = '/sys/fs/cgroup'
  const names = existsSync(root) ? readdirSync(root) : []
  return [root, ...names.map((name) => join(root, name))]
    .map((dir) => join(dir, 'docker'))
    .filter((dir) => existsSync(dir))
}

/**
 * Starts `dockerd` with folders and a socket of its own and a small image. Needs root. Rejects with what the engine said if it does not
 * start; null where this system has none.
 */
export async function startPrivateDocker(): Promise<PrivateDocker | null> {
  const dockerd = findDockerd()
  if (dockerd === null) return null
  const groupsBefore = new Set(groupDirs())
  const dir = await mkdtemp(join(tmpdir(), 'private-docker-'))
  const socket = join(dir, 'docker.sock')
  const logPath = join(dir, 'log')
  const log = openSync(logPath, 'w')
  const folders = ['--data-root', join(dir, 'data'), '--exec-root', join(dir, 'run'), '--pidfile', join(dir, 'pid')]
  const network = ['--bridge=none', '--iptables=false', '--ip6tables=false', '--storage-driver=vfs']
  const daemon = spawn(dockerd, ['--host', `unix://${socket}`, ...folders, ...network], { stdio: ['ignore', log, log] })
  closeSync(log)
  const docker = (...args: string[]) =>
    execFileSync('docker', ['--host', `unix://${socket}`, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim()
  const stop = async () => {
    const closed = daemon.exitCode === null ? once(daemon, 'close') : null
    daemon.kill('SIGTERM')
    await closed
    removeGroups(groupsBefore)
    await rm(dir, { recursive: true, force: true })
  }
  try {
    await answered(() => docker('version'), logPath)
    importImage(docker, dir, 'scripts:1')
    const containers = () =>
      docker('ps', '--all', '--format', '{{.Names}}')
        .split('\n')
        .filter((name) => name !== '')
    return { engine: socket, image: 'scripts:1', containers, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function answered(ask: () => string, logPath: string): Promise<void> {
  for (let waitedMs = 0; waitedMs < STARTS_WITHIN_MS; waitedMs += LOOK_EVERY_MS) {
    try {
      ask()
      return
    } catch {
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
    }
  }
  throw new Error(`dockerd does not answer: ${readFileSync(logPath, 'latin1').slice(-2000)}`)
}
