import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type JsonValue, noPermissions, type PackageSummary, type Permissions } from '@guildhall/contracts'
import type { ModelsPort } from '@guildhall/models'
import { createJavascriptEngine, createSandbox, type Sandbox } from '@guildhall/sandbox'
import { type Audit, createAudit } from '../src/modules/audit/index.ts'
import { createDrafts, type Drafts } from '../src/modules/drafts/index.ts'
import { createExecutions, type Executions } from '../src/modules/executions/index.ts'
import { createInstallations, type Installations } from '../src/modules/installations/index.ts'
import { createSkills, type Skills } from '../src/modules/skills/index.ts'
import type { Blobs } from '../src/platform/blobs/blobs.ts'
import { openDiskBlobs } from '../src/platform/blobs/disk-blobs.ts'
import { type Bus, createLocalBus } from '../src/platform/bus/bus.ts'
import { systemClock } from '../src/platform/clock/clock.ts'
import { createIds } from '../src/platform/ids/ids.ts'
import type { Jobs } from '../src/platform/jobs/jobs.ts'
import { createPostgresJobs } from '../src/platform/jobs/postgres-jobs.ts'
import { createLog, type Log } from '../src/platform/log/log.ts'
import { quietUses } from './quiet-uses.ts'
import { looseAction, type SeededSkill, type SeededUser, seedSkill, seedUser } from './released-skill.ts'
import { openTestDatabase, type TestDatabase } from './test-database.ts'

/** One process that runs executions: several of them on one stage are several nodes. */
export interface Node {
  executions: Executions
  jobs: Jobs
  bus: Bus
  workspacesDir: string
  /** Begins to work on the queue. */
  work(): void
}

export interface NodeOptions {
  leaseMs?: number
  log?: Log
  allowPrivateHosts?: string[]
  models?: ModelsPort | null
}

/** Real database, blobs and sandbox, with people and skills to run. */
export interface Stage {
  test: TestDatabase
  blobs: Blobs
  audit: Audit
  skills: Skills
  installations: Installations
  drafts: Drafts
  sandbox: Sandbox
  author: SeededUser
  node(options?: NodeOptions): Promise<Node>
  somebody(): Promise<SeededUser>
  /** Releases a JavaScript skill whose `bot-logic.js` is `code`. */
  release(code: string, more?: SkillOptions): Promise<SeededSkill>
  install(who: SeededUser, skill: SeededSkill): Promise<string>
  close(): Promise<void>
}

export interface SkillOptions {
  actions?: PackageSummary['actions']
  permissions?: Partial<Permissions>
  dependencies?: Record<string, string>
  files?: Record<string, string>
  kind?: PackageSummary['kind']
}

export async function openStage(): Promise<Stage> {
  const test = await openTestDatabase()
  const folder = await mkdtemp(join(tmpdir(), 'guildhall-executions-'))
  const { database } = test
  const ids = createIds(systemClock)
  const blobs = await openDiskBlobs(join(folder, 'blobs'))
  const monotonic = { nowMs: () => performance.now() }
  const sandbox = createSandbox({ engines: [createJavascriptEngine({ clock: monotonic, poolSize: 1 })] })
  const audit = createAudit({ clock: systemClock })
  const skills = createSkills({
    database,
    blobs,
    clock: systemClock,
    ids,
    canRun: (kind) => kind === 'javascript',
    bus: createLocalBus(),
    uses: quietUses,
  })
  const quiet = createLog('silent')
  const platform = { database, ids, clock: systemClock, audit }
  const installations = createInstallations({ ...platform, skills, log: quiet, serverSecret: 'of a test' })
  const drafts = createDrafts({ ...platform, blobs, uploadLimitBytes: 1024 * 1024 })
  const author = await seedUser(database, 'author')
  const nodes: Node[] = []
  let counter = 0
  const nextName = (kind: string): string => `${kind}-${(counter += 1)}`

  return {
    test,
    blobs,
    audit,
    skills,
    installations,
    drafts,
    sandbox,
    author,
    async node({ leaseMs = 5000, log = createLog('silent'), allowPrivateHosts = [], models = null } = {}) {
      const bus = createLocalBus()
      const jobs = createPostgresJobs({ database, ids, log, pollMs: 50, leaseMs })
      const workspacesDir = join(folder, nextName('workspaces'))
      const executions = await createExecutions({
        platform: { database, blobs, bus, jobs, clock: systemClock, ids, log },
        audit,
        skills,
        installations,
        drafts,
        models,
        sandbox,
        settings: { concurrency: 4, workspacesDir, leaseMs, retentionDays: 30, allowPrivateHosts },
      })
      const node = { executions, jobs, bus, workspacesDir, work: () => jobs.work(executions.jobHandlers) }
      nodes.push(node)
      return node
    },
    somebody: () => seedUser(database, nextName('person')),
    release(code, more = {}) {
      const { actions = { go: looseAction() }, files = {}, ...rest } = more
      const wanted = { publisher: author, name: nextName('skill'), actions, ...rest }
      return seedSkill(database, blobs, { ...wanted, files: { ...files, 'bot-logic.js': code } })
    },
    async install(who, skill) {
      const { summary } = await skills.versionById(database.q, skill.versionId)
      const granted = { ...noPermissions, ...summary.permissions }
      return (await installations.install(who, { skill: skill.fullName, granted })).id
    },
    async close() {
      for (const node of nodes) await node.jobs.drain(0)
      await sandbox.close()
      await test.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Reads the events of a run up to its end. */
export async function readToEnd(node: Node, who: SeededUser, id: string, after = 0) {
  const signal = AbortSignal.timeout(20_000)
  const events = []
  for await (const event of await node.executions.events({ userId: who.userId, id, after, signal })) {
    events.push(event.data)
  }
  return events
}

/** What most requests leave at its default. */
export const interactive = { files: [], priority: 'interactive' as const }

/** Starts a run without an idempotency key; the action is `go` where nothing else is said. */
export async function startRun(
  node: Node,
  who: SeededUser,
  skill: SeededSkill,
  { input = {}, action = 'go' }: { input?: JsonValue; action?: string } = {},
) {
  const starter = { userId: who.userId, idempotencyKey: null }
  return node.executions.start(starter, { ...interactive, skill: skill.fullName, action, input })
}
