import { mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { inspect } from 'node:util'
import { gzipSync } from 'node:zlib'
import { DeclaredPermissions, type JsonValue, normalizePermissions, type Permissions } from '@guildhall/contracts'
import { createBroker, type ToolCallEntry } from '../src/broker/broker.ts'
import { createLocalSkillCaller } from '../src/broker/local-skill-caller.ts'
import type { Engine, RunOutcome, ToolCaller } from '../src/run.ts'
import { createMemoryStorage } from '../src/tools/memory-storage.ts'
import { filesBelow, findCanaries, findCanariesOnDisk, createCanary } from './skill-canary.ts'
import { type HostileSkill, isFor, problemsOfOutcome } from './bad-runtime-canary.ts'

/** An address of the public internet that nobody has: who connects to it reaches nothing. */
const UNUSED_PUBLIC_ADDRESS = '2001:4860:ffff::1'
const RUN_WITHIN_MS = 15_000

const canaries = {
  environment: createCanary('the environment of the host'),
  file: createCanary('a file of the host'),
  secret: createCanary('a secret of the installation'),
  storage: createCanary('the storage of another installation'),
  internal: createCanary('a server within the network of the host'),
}
/** What must be found nowhere that a skill, its author or a log can see. */
export const allCanaries = Object.values(canaries)

/** A host with something to steal, and what a skill may reach of it. Close it. */
export interface CanaryHost {
  /** Every run of one skill, and what was wrong with it; empty if it was contained. */
  attack(engine: Engine, skill: HostileSkill, as: { runtime: string; isolation: string }): Promise<string[]>
  /** A way to the tools for a skill that may use them all. */
  toolsFor(permissions: unknown, workspaceDir: string | null): ToolCaller
  /** What every skill reads as `ctx.env`. */
  env: Record<string, JsonValue>
  /** What was changed on the host, or reached that nobody was granted. */
  damage(): Promise<string[]>
  close(): Promise<void>
}

/** Sites of the network: `site.test` is granted; `internal` is nobody's business and counts who comes. */
async function openSites() {
  const servers: Server[] = []
  let internalVisits = 0
  async function open(handler: (request: IncomingMessage, response: ServerResponse) => void): Promise<number> {
    const server = createServer(handler)
    servers.push(server)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    return typeof address === 'object' && address !== null ? address.port : 0
  }
  const internalPort = await open((_request, response) => {
    internalVisits += 1
    response.end(canaries.internal.value)
  })
  const leads: Record<string, string> = {
    '/to-internal': `http://127.0.0.1:${internalPort}/`,
    '/to-localhost': `http://localhost:${internalPort}/`,
    '/to-metadata': 'http://169.254.169.254/latest/meta-data/',
    '/to-file': 'file:///etc/passwd',
    '/to-credentials': `http://user:password@127.0.0.1:${internalPort}/`,
    '/round': '/round',
  }
  const sitePort = await open((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://site.test')
    const lead = leads[pathname]
    if (lead !== undefined) return void response.writeHead(302, { location: lead }).end()
    if (pathname === '/bomb') {
      return void response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(64 << 20)))
    }
    void buffer(request).then((body) => {
      // A server that means no harm and shows what it was sent, in several ways.
      const told = `${request.url} ${JSON.stringify(request.headers)} ${body.toString()}`
      const encoded = Buffer.from(told)
      response.writeHead(200, { 'x-echo': encodeURIComponent(String(request.headers['authorization'] ?? '')) })
      response.end(`${told}\n${encoded.toString('base64')}\n${encoded.toString('hex')}`)
    })
  })
  return {
    sitePort,
    internalPort,
    internalVisits: () => internalVisits,
    async close() {
      for (const server of servers) {
        server.closeAllConnections()
        await new Promise((resolve) => server.close(resolve))
      }
    },
  }
}

/** Puts a link to outside and a folder in each other's place until it is told to stop. */
function startSwapping(workspaceDir: string): () => void {
  const swap = join(workspaceDir, 'swap')
  let turns = 0
  const timer = setInterval(() => {
    turns += 1
    const aside = join(workspaceDir, `.aside${turns}`)
    renameSync(swap, aside)
    try {
      if (turns % 2 === 1) symlinkSync(join(workspaceDir, '..', 'outside'), swap)
      else mkdirSync(swap)
    } catch {
      // The skill was faster and has made a folder of its own there.
    }
    try {
      rmSync(aside, { recursive: true })
    } catch {
      // The skill wrote into it just then. It goes with the workspace.
    }
  }, 1)
  return () => clearInterval(timer)
}

class Host implements CanaryHost {
  readonly env: Record<string, JsonValue>
  private readonly dir: string
  private readonly sites: Awaited<ReturnType<typeof openSites>>
  private readonly others = createMemoryStorage()
  private rebinds = 0

  constructor(dir: string, sites: Awaited<ReturnType<typeof openSites>>) {
    this.dir = dir
    this.sites = sites
    process.env['GUILDHALL_TEST_CANARY'] = canaries.environment.value
    this.env = {
      locale: 'en',
      site: `http://site.test:${sites.sitePort}`,
      internal: `http://127.0.0.1:${sites.internalPort}`,
      rebinding: `http://rebind.test:${sites.internalPort}`,
      mixed: `http://mixed.test:${sites.internalPort}`,
      hostFile: join(dir, 'outside', 'file'),
      hostPid: process.pid,
    }
    void this.others.set('key', canaries.storage.value)
  }

  private permissionsOf(declared: unknown): Permissions {
    const { sitePort, internalPort } = this.sites
    const text = JSON.stringify(declared ?? {})
      .replaceAll('INTERNAL', String(internalPort))
      .replaceAll('PORT', String(sitePort))
    return normalizePermissions(DeclaredPermissions.parse(JSON.parse(text)))
  }

  /** The first answer for `rebind.test` is public, every later one is not. */
  private async resolve(hostName: string): Promise<string[]> {
    if (hostName === 'site.test') return ['127.0.0.1']
    if (hostName === 'mixed.test') return [UNUSED_PUBLIC_ADDRESS, '127.0.0.1']
    if (hostName === 'localhost') return ['127.0.0.1']
    if (hostName !== 'rebind.test') return []
    this.rebinds += 1
    return [this.rebinds % 2 === 1 ? UNUSED_PUBLIC_ADDRESS : '127.0.0.1']
  }

  private reach() {
    return {
      allowPrivateHosts: [`site.test:${this.sites.sitePort}`],
      resolveHost: (hostName: string) => this.resolve(hostName),
    }
  }

  toolsFor(permissions: unknown, workspaceDir: string | null, more: Partial<Parameters<typeof createBroker>[0]> = {}) {
    return createBroker({
      permissions: this.permissionsOf(permissions),
      workspaceDir,
      storage: createMemoryStorage(),
      secrets: { valueOf: async () => canaries.secret.value },
      onToolCall() {},
      ...this.reach(),
      ...more,
    })
  }

  private async makeWorkspace(): Promise<string> {
    const workspaceDir = await mkdtemp(join(this.dir, 'workspace-'))
    const outside = join(this.dir, 'outside')
    await symlink('/etc', join(workspaceDir, 'link-to-etc'))
    await symlink('/etc/passwd', join(workspaceDir, 'link-to-passwd'))
    await symlink(join(outside, 'file'), join(workspaceDir, 'link-to-file'))
    await symlink(outside, join(workspaceDir, '.link'))
    await mkdir(join(workspaceDir, 'swap'))
    await writeFile(join(workspaceDir, 'swap', 'file'), 'inside')
    return workspaceDir
  }

  /** The skill itself, as `@bad/self`, for those that call other skills. */
  private callerOf(engine: Engine, skill: HostileSkill) {
    const action = { description: 'Goes', input: {}, output: {}, idempotent: false, timeoutMs: RUN_WITHIN_MS }
    const self = {
      fullName: '@bad/self',
      version: '1.0.0',
      kind: skill.language,
      entry: skill.entry,
      files: skill.files,
      actions: { go: action },
      permissions: this.permissionsOf(skill.permissions),
    }
    return createLocalSkillCaller({ sandbox: engine, skills: [self], host: this.reach() })
  }

  async attack(engine: Engine, skill: HostileSkill, { runtime, isolation }: { runtime: string; isolation: string }) {
    if (!isFor(skill, runtime, isolation)) throw new Error(`${skill.name} is not for ${runtime}`)
    const workspaceDir = await this.makeWorkspace()
    const stopSwapping = skill.swapsLinks ? startSwapping(workspaceDir) : () => {}
    const calls: ToolCallEntry[] = []
    const logs: string[] = []
    const chunks: JsonValue[] = []
    const cancelling = new AbortController()
    const tools = this.toolsFor(skill.permissions, workspaceDir, {
      skillCaller: this.callerOf(engine, skill),
      onToolCall: (entry) => void calls.push(entry),
    })
    const outcome: RunOutcome = await engine.run({
      kind: skill.language,
      files: skill.files,
      entry: skill.entry,
      action: 'go',
      input: JSON.parse(skill.inputText ?? '{}'),
      env: this.env,
      limits: { wallMs: RUN_WITHIN_MS, ...skill.limits },
      tools,
      onStream(chunk) {
        chunks.push(chunk)
        if (skill.cancelsAtChunk) cancelling.abort()
      },
      onLog: (_level, message) => void logs.push(message),
      signal: cancelling.signal,
    })
    stopSwapping()
    const expected = skill.expectOn[`${runtime}:${isolation}`] ?? skill.expectOn[runtime] ?? skill.expect
    const seen = Buffer.from(JSON.stringify({ outcome, logs, chunks }) + inspect(calls, { depth: 8 }))
    const problems = [
      ...problemsOfOutcome(expected, outcome, logs.length),
      ...findCanaries(allCanaries, seen).map((place) => `${place} was seen`),
      ...(seen.includes('root:x:0') ? ['/etc/passwd was seen'] : []),
      ...(calls.length > outcome.usage.toolCalls ? [`${calls.length} calls served`] : []),
      ...(await findCanariesOnDisk(allCanaries, workspaceDir)),
    ]
    await rm(workspaceDir, { recursive: true, force: true })
    return problems
  }

  async damage(): Promise<string[]> {
    const outside = join(this.dir, 'outside')
    const text = await readFile(join(outside, 'file'), 'utf8')
    const stored = await this.others.get('key')
    return [
      ...(text === canaries.file.value ? [] : ['the file of the host was changed']),
      ...(await filesBelow(outside))
        .filter((path) => path !== join(outside, 'file'))
        .map((path) => `${path} was written`),
      ...(stored === canaries.storage.value ? [] : ['the storage of another installation was changed']),
      ...(this.sites.internalVisits() === 0 ? [] : ['a server within the network was reached']),
      ...(Reflect.get({}, 'polluted') === undefined ? [] : ['the prototypes of the host were polluted']),
    ]
  }

  async close() {
    delete process.env['GUILDHALL_TEST_CANARY']
    await this.sites.close()
    await rm(this.dir, { recursive: true, force: true })
  }
}

/** Opens a host with a canary in its environment, a file, a secret, the storage of another installation and its network. */
export async function openCanaryHost(): Promise<CanaryHost> {
  const dir = await mkdtemp(join(tmpdir(), 'guildhall-canary-'))
  await mkdir(join(dir, 'outside'))
  await writeFile(join(dir, 'outside', 'file'), canaries.file.value)
  return new Host(dir, await openSites())
}
