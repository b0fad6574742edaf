import * as z from 'zod'
import { type EngineStatus, ExecutionId } from '@guildhall/contracts'
import type { ModelsPort } from '@guildhall/models'
import type { Sandbox } from '@guildhall/sandbox'
import type { Blobs } from '../../../platform/blobs/blobs.ts'
import type { Bus } from '../../../platform/bus/bus.ts'
import type { Clock } from '../../../platform/clock/clock.ts'
import type { Database } from '../../../platform/db/database.ts'
import type { Ids } from '../../../platform/ids/ids.ts'
import { type JobKind, jobKind, type Jobs } from '../../../platform/jobs/jobs.ts'
import type { Log } from '../../../platform/log/log.ts'
import type { Audit } from '../../audit/index.ts'
import type { Drafts } from '../../drafts/index.ts'
import type { Installations } from '../../installations/index.ts'
import type { Skills } from '../../skills/index.ts'
import type { PackageCache } from './package-cache.ts'

export interface ExecutionsDeps {
  platform: { database: Database; blobs: Blobs; bus: Bus; jobs: Jobs; clock: Clock; ids: Ids; log: Log }
  audit: Pick<Audit, 'record' | 'recordAll'>
  skills: Pick<Skills, 'versionById' | 'loadPackage' | 'resolve' | 'resolveDependencies'>
  installations: Pick<
    Installations,
    'forRun' | 'grantOf' | 'hold' | 'needsOf' | 'recordUse' | 'storageOf' | 'secretsOf'
  >
  drafts: Pick<Drafts, 'forRun' | 'hold' | 'load'>
  /** Null where no provider is configured. */
  models: ModelsPort | null
  sandbox: Pick<Sandbox, 'status' | 'run' | 'workshops'>
  settings: ExecutionSettings
}

export interface ExecutionSettings {
  /** Runs side by side in this process. */
  concurrency: number
  /** Ours alone: whatever is in it at the start is swept away. */
  workspacesDir: string
  /** A runner silent for this long has died. */
  leaseMs: number
  /** How long an execution is kept after its end. */
  retentionDays: number
  /** Private hosts that skills may reach all the same, as `host` or `host:port`. */
  allowPrivateHosts: readonly string[]
}

const RunPayload = z.object({ executionId: ExecutionId })
export type RunJob = JobKind<typeof RunPayload>

/** The job that brings an execution to its end. */
export function runJobOf(concurrency: number): RunJob {
  return jobKind({ queue: 'executions.run', payload: RunPayload, maxAttempts: 5, backoffMs: 1000, concurrency })
}

/** Takes away executions that have been kept long enough. */
export const forgetJob = jobKind({
  queue: 'executions.forget',
  payload: z.object({}),
  everyMs: 60 * 60 * 1000,
  concurrency: 1,
})

/** The deps with what is made of them once, at the start. */
export interface ExecutionsContext extends ExecutionsDeps {
  engines: readonly EngineStatus[]
  packages: PackageCache
  runJob: RunJob
}

/** Says "there are new events". */
export const eventsTopic = (executionId: string): string => `execution:${executionId}`

/** Says "somebody wants it cancelled". */
export const cancelTopic = (executionId: string): string => `execution-cancel:${executionId}`
