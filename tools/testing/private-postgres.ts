import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chownSync, mkdirSync, mkdtempSync, openSync, closeSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { runCommand } from '../process/run-command.ts'

/** A PostgreSQL server of our own, on 127.0.0.1, whose data nobody will miss. */
export interface PrivatePostgres {
  /** Address of an empty database; its user may create more of them. */
  databaseUrl: string
  version: string
  /** Ends the server (by its own process id) and removes its data. */
  stop: () => Promise<void>
}

interface Owner {
  uid?: number
  gid?: number
}

const USER = 'guildhall'
const READY_WITHIN_MS = 30_000
const STOPS_WITHIN_MS = 10_000

/** PostgreSQL refuses to run as root, so root hands it to `postgres`, or to `nobody` where there is no such user. */
function ownerOfCluster(): Owner {
  if (process.getuid?.() !== 0) return {}
  const user = ['postgres', 'nobody'].find((name) => idOf('-u', name) !== undefined)
  const uid = user && idOf('-u', user)
  const gid = user && idOf('-g', user)
  if (!uid || !gid) throw new Error('PostgreSQL does not run as root, and there is neither a user postgres nor nobody')
  return { uid, gid }
}

function idOf(flag: '-u' | '-g', name: string): number | undefined {
  try {
    return Number(execFileSync('id', [flag, name], { stdio: ['ignore', 'pipe', 'ignore'] }).toString())
  } catch {
    return undefined
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (typeof address !== 'object' || address === null) throw new Error('no free port on 127.0.0.1')
  return address.port
}

interface Cluster {
  binFolder: string
  folder: string
  owner: Owner
  password: string
}

function initialise({ binFolder, folder, owner, password }: Cluster): void {
  const passwordFile = join(folder, 'password')
  writeFileSync(passwordFile, password, { mode: 0o600 })
  mkdirSync(join(folder, 'data'), { mode: 0o700 })
  if (owner.uid !== undefined && owner.gid !== undefined) {
    for (const path of [folder, passwordFile, join(folder, 'data')]) chownSync(path, owner.uid, owner.gid)
  }
  const locale = process.platform === 'linux' ? 'C.UTF-8' : 'C'
  execFileSync(
    join(binFolder, 'initdb'),
    [
      '-D',
      join(folder, 'data'),
      '-U',
      USER,
      '-A',
      'scram-sha-256',
      '--pwfile',
      passwordFile,
      '-E',
      'UTF8',
      '--locale',
      locale,
      '-N',
    ],
    { ...owner, cwd: folder, stdio: 'pipe' },
  )
}

/** Durability is switched off: the data does not outlive the tests. */
function launch({ binFolder, folder, owner }: Cluster, port: number): ChildProcess {
  const settings = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: folder,
    max_connections: 200,
    shared_buffers: '128MB',
    fsync: 'off',
    synchronous_commit: 'off',
    full_page_writes: 'off',
  }
  const log = openSync(join(folder, 'log'), 'a')
  const parameters = [
    '-D',
    join(folder, 'data'),
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ]
  const server = spawn(join(binFolder, 'postgres'), parameters, { ...owner, cwd: folder, stdio: ['ignore', log, log] })
  closeSync(log)
  return server
}

async function waitUntilReady(cluster: Cluster, server: ChildProcess, port: number): Promise<void> {
  const deadlineMs = Date.now() + READY_WITHIN_MS
  const parameters = ['-h', '127.0.0.1', '-p', String(port), '-U', USER, '-d', 'postgres', '-q']
  while (Date.now() < deadlineMs && server.exitCode === null) {
    const answer = await runCommand({ program: join(cluster.binFolder, 'pg_isready'), parameters, output: 'keep' })
    if (answer.exitCode === 0) return
    await delay(100)
  }
  throw new Error(`PostgreSQL did not start:\n${readFileSync(join(cluster.folder, 'log'), 'utf8')}`)
}

async function stopServer(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return
  const ended = once(server, 'exit')
  // SIGINT is PostgreSQL's fast shutdown; SIGQUIT does not wait for anything.
  server.kill('SIGINT')
  const impatience = setTimeout(() => server.kill('SIGQUIT'), STOPS_WITHIN_MS)
  await ended
  clearTimeout(impatience)
}

async function createDatabase(cluster: Cluster, port: number): Promise<void> {
  const outcome = await runCommand({
    program: join(cluster.binFolder, 'createdb'),
    parameters: ['-h', '127.0.0.1', '-p', String(port), '-U', USER, USER],
    environment: { PGPASSWORD: cluster.password },
    output: 'keep',
  })
  if (outcome.exitCode !== 0) throw new Error(`createdb failed: ${outcome.output}`)
}

/** Starts a server of our own from the given `postgres` program. Throws, with its log, when it does not come up. */
export async function startPrivatePostgres(postgresProgram: string): Promise<PrivatePostgres> {
  const binFolder = dirname(postgresProgram)
  const folder = mkdtempSync(join(tmpdir(), 'guildhall-postgres-'))
  const cluster: Cluster = { binFolder, folder, owner: ownerOfCluster(), password: randomBytes(18).toString('hex') }
  let server: ChildProcess | undefined
  const stop = async (): Promise<void> => {
    if (server) await stopServer(server)
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    initialise(cluster)
    const port = await freePort()
    server = launch(cluster, port)
    await waitUntilReady(cluster, server, port)
    await createDatabase(cluster, port)
    const version = execFileSync(postgresProgram, ['--version']).toString().trim()
    return { databaseUrl: `postgresql://${USER}:${cluster.password}@127.0.0.1:${port}/${USER}`, version, stop }
  } catch (error) {
    await stop()
    throw error
  }
}
