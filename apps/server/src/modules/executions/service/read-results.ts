import { Readable } from 'node:stream'
import { createHash } from 'node:crypto'
import { AppError } from '@guildhall/contracts'
import { type ExecutionRow, findOwn } from '../store.ts'
import type { ExecutionsContext } from './executions-deps.ts'

/** The part of a file that is asked for; both ends belong to it. */
type Range = { start: number; end: number } | null

/** What a run left, as it can be sent. */
export interface ResultFile {
  sha256: string
  sizeBytes: number
  open(range: Range): Promise<Readable>
}

async function ownRun({ platform }: ExecutionsContext, userId: string, id: string): Promise<ExecutionRow> {
  const row = await findOwn(platform.database.q, userId, id)
  if (!row) throw new AppError('execution.not-found')
  return row
}

async function fileOf({ platform }: ExecutionsContext, sha256: string): Promise<ResultFile> {
  const { blobs } = platform
  const found = await blobs.find(sha256)
  if (!found) throw new Error(`the result ${sha256} is missing among the blobs`)
  return {
    ...found,
    async open(range) {
      const blob = await blobs.open(sha256, range)
      if (!blob) throw new Error(`the result ${sha256} is missing among the blobs`)
      return blob.stream
    },
  }
}

/** The output of a run as JSON, whatever its size. Throws execution.not-found, for other people's too; execution.no-output. */
export async function readOutput(deps: ExecutionsContext, userId: string, id: string): Promise<ResultFile> {
  const row = await ownRun(deps, userId, id)
  if (row.status !== 'succeeded') throw new AppError('execution.no-output', { state: row.status })
  if (row.outputBlob !== null) return fileOf(deps, row.outputBlob)
  const bytes = Buffer.from(JSON.stringify(row.output))
  return {
    sha256: createHash('sha256').update(bytes).digest('hex'),
    sizeBytes: bytes.byteLength,
    open: async (range) =>
      Readable.from([range ? bytes.subarray(range.start, range.end + 1) : bytes], { objectMode: false }),
  }
}

/** A file that a run left. Throws execution.not-found, for other people's too; execution.file-not-found. */
export async function readResultFile(
  deps: ExecutionsContext,
  userId: string,
  which: { id: string; path: string },
): Promise<ResultFile> {
  const row = await ownRun(deps, userId, which.id)
  const file = row.outputFiles.find(({ path }) => path === which.path)
  if (!file) throw new AppError('execution.file-not-found', { path: which.path })
  return fileOf(deps, file.blob)
}
