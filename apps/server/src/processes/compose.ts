import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import type { SkillKind } from '@guildhall/contracts'
import { createSandbox } from '@guildhall/sandbox'
import { createAudit, mountAudit } from '../modules/audit/index.ts'
import { createExecutions, mountExecutions } from '../modules/executions/index.ts'
import { createIdentity, type Identity, mountIdentity } from '../modules/identity/index.ts'
import { createInstallations, mountInstallations } from '../modules/installations/index.ts'
import { createPublishing, mountPublishing, type Publishing, publishingJobs } from '../modules/publishing/index.ts'
import { createSkills, mountSkills } from '../modules/skills/index.ts'
import { createTrust, mountTrust } from '../modules/trust/index.ts'
import { openDiskBlobs } from '../platform/blobs/disk-blobs.ts'
import { createLocalBus } from '../platform/bus/bus.ts'
import { systemClock } from '../platform/clock/clock.ts'
import type { Config } from '../platform/config/config.ts'
import type { Database } from '../platform/db/database.ts'
import { createApp } from '../platform/http/app.ts'
import { createIds } from '../platform/ids/ids.ts'
import { createPostgresJobs } from '../platform/jobs/postgres-jobs.ts'
import type { ServerKeys } from '../platform/keys/keys.ts'
import type { Log } from '../platform/log/log.ts'
import { mountSystem } from './system.ts'

export interface Ground {
  config: Config
  database: Database
  keys: ServerKeys
  log: Log
  version: string
}

export interface Server {
  app: FastifyInstance
  identity: Identity
  publishing: Publishing
  /** Starts working on the queues. */
  work(): void
  /** Stops taking requests, lets what runs end for a moment, then closes everything but the database. */
  close(graceMs: number): Promise<void>
}

const JOB_POLL_MS = 1000
const JOB_LEASE_MS = 15_000

/** Wires every module by hand: the one place where one sees what depends on what. */
export async function composeServer(ground: Ground): Promise<Server> {
  const { config, database, keys, log } = ground
  const clock = systemClock
  const ids = createIds(clock)
  const bus = createLocalBus()
  const blobs = await openDiskBlobs(join(config.dataDir, 'blobs'))
  const jobs = createPostgresJobs({ database, ids, log, pollMs: JOB_POLL_MS, leaseMs: JOB_LEASE_MS })
  const sandbox = await createSandbox({ warmProcesses: config.sandbox.warmProcesses })
  const engines = await sandbox.status()
  const canRun = (kind: SkillKind): boolean => engines.some((engine) => engine.kind === kind && engine.runnable)

  const audit = createAudit({ clock })
  const identity = createIdentity({
    database,
    clock,
    ids,
    audit,
    log,
    config: { secret: keys.secret, publicUrl: config.publicUrl },
  })
  const skills = createSkills({ database, blobs, clock, ids, canRun })
  const trust = createTrust({ database, clock, audit, key: keys.signing })
  const publishing = createPublishing({
    pipeline: { database, blobs, clock, audit, skills, trust, reviewPolicy: config.review },
    ids,
    jobs,
    identity,
    uploadLimitBytes: config.uploadLimitBytes,
  })
  const installations = createInstallations({ database, clock, ids, audit, skills })
  const executions = await createExecutions({
    database,
    clock,
    ids,
    audit,
    blobs,
    bus,
    jobs,
    skills,
    installations,
    sandbox,
    log,
    config,
  })

  let isDraining = false
  const app = await createApp({
    log,
    version: ground.version,
    publicUrl: config.publicUrl,
    rateLimitPerMinute: config.rateLimitPerMinute,
    uploadLimitBytes: config.uploadLimitBytes,
    authenticate: identity.authenticate,
    isReady: async () => !isDraining && (await database.isReady()),
  })
  mountAudit(app, { audit, database })
  mountIdentity(app, identity)
  mountSkills(app, skills)
  mountTrust(app, trust)
  mountPublishing(app, publishing)
  mountInstallations(app, installations)
  mountExecutions(app, executions)
  mountSystem(app, { version: ground.version, engines, uploadLimitBytes: config.uploadLimitBytes })
  await trust.announceKey()

  return {
    app,
    identity,
    publishing,
    work: () => jobs.work([...publishingJobs(publishing), ...executions.jobHandlers]),
    async close(graceMs) {
      isDraining = true
      await app.close()
      await jobs.drain(graceMs)
      await sandbox.close()
    },
  }
}
