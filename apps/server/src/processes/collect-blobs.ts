import { Counter, type Registry } from 'prom-client'
import * as z from 'zod'
import type { Audit } from '../modules/audit/index.ts'
import { draftBlobs } from '../modules/drafts/index.ts'
import { executionBlobs } from '../modules/executions/index.ts'
import { uploadBlobs } from '../modules/publishing/index.ts'
import { skillBlobs } from '../modules/skills/index.ts'
import type { BlobStore } from '../platform/blobs/blobs.ts'
import { collectBlobs } from '../platform/blobs/collect-blobs.ts'
import type { BlobReferences } from '../platform/blobs/references.ts'
import type { Clock } from '../platform/clock/clock.ts'
import type { Database, Queryable } from '../platform/db/database.ts'
import { type JobHandler, jobHandler, jobKind } from '../platform/jobs/jobs.ts'
import type { Log } from '../platform/log/log.ts'

/** Every module whose rows refer to blobs. */
export const blobReferences: readonly BlobReferences[] = [skillBlobs, uploadBlobs, draftBlobs, executionBlobs]

const collectJob = jobKind({
  queue: 'blobs.collect',
  payload: z.object({}),
  everyMs: 24 * 60 * 60 * 1000,
  concurrency: 1,
})

export interface CollectionDeps {
  database: Database
  store: BlobStore
  clock: Clock
  log: Log
  audit: Pick<Audit, 'record' | 'beginning'>
  metrics: Registry
}

/** Takes away what nothing refers to, once a day; says how much in the log, the audit log and the metrics. */
export function collectionJobs({ audit, metrics, ...deps }: CollectionDeps): JobHandler[] {
  const { database, log } = deps
  const registers = [metrics]
  const count = new Counter({
    name: 'guildhall_blobs_collected_total',
    help: 'Blobs that were taken away since nothing referred to them',
    registers,
  })
  const bytes = new Counter({
    name: 'guildhall_blobs_collected_bytes_total',
    help: 'Bytes of blobs that were taken away since nothing referred to them',
    registers,
  })
  const collector = {
    ...deps,
    references: blobReferences,
    databaseId: (q: Queryable) => audit.beginning(q),
    async onCollected(collected: { count: number; bytes: number }) {
      count.inc(collected.count)
      bytes.inc(collected.bytes)
      log.info(collected, 'blobs that nothing refers to were taken away')
      const entry = { actor: 'system', action: 'blobs.collected', subject: 'blobs', facts: collected }
      await database.transaction((q) => audit.record(q, entry))
    },
  }
  return [jobHandler(collectJob, async (_nothing, { signal }) => void (await collectBlobs(collector, signal)))]
}
