import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { Counter, Registry } from 'prom-client'
import { createModels } from '@guildhall/models'
import { createEngines, createSandbox, type Sandbox } from '@guildhall/sandbox'
import { type Audit, createAudit, mountAudit } from '../modules/audit/index.ts'
import { createDrafts, draftJobs, type Drafts, mountDrafts } from '../modules/drafts/index.ts'
import { createExecutions, type Executions, mountExecutions } from '../modules/executions/index.ts'
import { createIdentity, type Identity, mountIdentity } from '../modules/identity/index.ts'
import { createInstallations, type Installations, mountInstallations } from '../modules/installations/index.ts'
import { createInterop, type Interop, mountInterop } from '../modules/interop/index.ts'
import {
  createLookAlikes,
  createPublishing,
  createReviewNeed,
  mountPublishing,
  type Publishing,
  publishingJobs,
} from '../modules/publishing/index.ts'
import {
  createMaintenance,
  createSkills,
  type Maintenance,
  mountMaintenance,
  mountSkills,
  type Skills,
} from '../modules/skills/index.ts'
import { createTrust, mountTrust, type Trust } from '../modules/trust/index.ts'
import { openDiskBlobs } from '../platform/blobs/disk-blobs.ts'
import { createLocalBus } from '../platform/bus/bus.ts'
import { systemClock } from '../platform/clock/clock.ts'
import type { Config } from '../platform/config/config.ts'
import type { Database } from '../platform/db/database.ts'
import { createApp } from '../platform/http/app.ts'
import { createIds } from '../platform/ids/ids.ts'
import type { JobHandler, Jobs } from '../platform/jobs/jobs.ts'
import { createPostgresJobs } from '../platform/jobs/postgres-jobs.ts'
import type { ServerKeys } from '../platform/keys/keys.ts'
import type { Log } from '../platform/log/log.ts'
import { collectionJobs } from './collect-blobs.ts'
import { warmProcessesHere } from './machine.ts'
import { mountSystem } from './system.ts'

/** What a server stands on; whoever opened it closes it. */
export interface Ground {
  config: Config
  database: Database
  keys: ServerKeys
  log: Log
  version: string
}

interface Modules {
  audit: Audit
  identity: Identity
  skills: Skills
  maintenance: Maintenance
  trust: Trust
  publishing: Publishing
  installations: Installations
  drafts: Drafts
  executions: Executions
  interop: Interop
  jobs: Jobs
  sandbox: Sandbox
  metrics: Registry
  /** What belongs to no module alone. */
  houseJobs: readonly JobHandler[]
}

export interface Server {
  app: FastifyInstance
  identity: Identity
  publishing: Publishing
  /** Starts working on the queues. */
  work(): void
  /** Stops taking requests, lets what runs end for at most `graceMs`, then closes everything but the ground. */
  close(graceMs: number): Promise<void>
}

const JOB_POLL_MS = 1000
const JOB_LEASE_MS = 15_000

/** Every module with what it depends on, lowest first. */
async function wireModules({ config, database, keys, log }: Ground): Promise<Modules> {
  const clock = systemClock
  const ids = createIds(clock)
  const bus = createLocalBus()
  const blobs = await openDiskBlobs(join(config.dataDir, 'blobs'))
  const jobs = createPostgresJobs({ database, ids, log, pollMs: JOB_POLL_MS, leaseMs: JOB_LEASE_MS })
  const { minimumIsolation, warmProcesses, docker } = config.sandbox
  const poolSize = warmProcesses ?? warmProcessesHere()
  const sandbox = createSandbox({ engines: createEngines({ poolSize, docker }), minimumIsolation })
  const runnable = new Set((await sandbox.status()).filter((engine) => engine.runnable).map((engine) => engine.kind))
  const { publicUrl, review: reviewPolicy, uploadLimitBytes } = config

  const audit = createAudit({ clock })
  const sessions = { secret: keys.secret, publicUrl, isSecureCookie: publicUrl?.startsWith('https:') ?? false }
  const identity = createIdentity({ database, clock, ids, audit, log, config: sessions })
  const metrics = new Registry()
  const dropped = new Counter({
    name: 'guildhall_skill_uses_dropped_total',
    help: 'Uses of skills that were not counted because more came than could be written',
    registers: [metrics],
  })
  const uses = { log, secret: keys.secret, onDropped: () => dropped.inc() }
  const skills = createSkills({ database, blobs, bus, clock, ids, canRun: (kind) => runnable.has(kind), uses })
  const trust = createTrust({ database, clock, audit, key: keys.signing })
  const platform = { database, blobs, bus, jobs, clock, ids, log }
  const findLookAlike = createLookAlikes({ identity, skills })
  const asked = { needsReview: createReviewNeed(reviewPolicy, findLookAlike), findLookAlike }
  const maintenance = createMaintenance({ platform, audit, identity, skills, signRename: trust.signRename, ...asked })
  const pipeline = { database, blobs, clock, audit, skills, trust, reviewPolicy, findLookAlike }
  const imports = { ...config.imports, folder: join(config.dataDir, 'imports') }
  const publishing = await createPublishing({ pipeline, ids, jobs, identity, uploadLimitBytes, imports })
  const installations = createInstallations({ database, clock, ids, audit, skills, log, serverSecret: keys.secret })
  const drafts = createDrafts({ database, blobs, clock, ids, audit, uploadLimitBytes })
  const settings = {
    concurrency: config.sandbox.concurrency,
    workspacesDir: join(config.dataDir, 'workspaces'),
    leaseMs: JOB_LEASE_MS,
    retentionDays: config.runRetentionDays,
    allowPrivateHosts: config.sandbox.allowPrivateHosts,
  }
  const models = config.ai && createModels(config.ai)
  const using = { skills, installations, drafts, models, sandbox }
  const executions = await createExecutions({ platform, audit, ...using, settings })
  const interop = createInterop({ skills, identity, blobs, clock, bus })
  return {
    audit,
    identity,
    skills,
    maintenance,
    trust,
    publishing,
    installations,
    drafts,
    executions,
    interop,
    jobs,
    sandbox,
    metrics,
    houseJobs: collectionJobs({ database, store: blobs, clock, log, audit, metrics }),
  }
}

async function mountModules(app: FastifyInstance, modules: Modules, ground: Ground): Promise<void> {
  const { audit, identity } = modules
  mountAudit(app, { audit, database: ground.database, handlesOf: (q, ids) => identity.handlesOf(q, ids) })
  mountIdentity(app, identity)
  mountSkills(app, modules.skills)
  mountMaintenance(app, modules.maintenance)
  mountTrust(app, modules.trust)
  mountPublishing(app, modules.publishing)
  mountInstallations(app, modules.installations)
  mountDrafts(app, modules.drafts)
  mountExecutions(app, modules.executions)
  mountInterop(app, modules)
  const engines = await modules.sandbox.status()
  const { workshops } = modules.sandbox
  void workshops.status().then((status) => ground.log.info(status, 'tools work on files in processes of their own'))
  mountSystem(app, { version: ground.version, engines, uploadLimitBytes: ground.config.uploadLimitBytes })
}

/** Wires a server by hand: the one place where one sees what depends on what. It listens nowhere by itself. */
export async function composeServer(ground: Ground): Promise<Server> {
  const { config, database, log, version } = ground
  const modules = await wireModules(ground)
  const { identity, publishing, executions, jobs, sandbox } = modules
  let isDraining = false
  const app = await createApp({
    log,
    version,
    publicUrl: config.publicUrl,
    rateLimitPerMinute: config.rateLimitPerMinute,
    uploadLimitBytes: config.uploadLimitBytes,
    authenticate: identity.authenticate,
    metrics: modules.metrics,
    isReady: async () => !isDraining && (await database.isReady()),
  })
  await mountModules(app, modules, ground)
  await modules.trust.announceKey()
  return {
    app,
    identity,
    publishing,
    work: () =>
      jobs.work([
        ...publishingJobs(publishing),
        ...draftJobs(modules.drafts),
        ...executions.jobHandlers,
        ...modules.houseJobs,
      ]),
    async close(graceMs) {
      isDraining = true
      await app.close()
      await jobs.drain(graceMs)
      await modules.skills.close()
      await sandbox.close()
    },
  }
}
