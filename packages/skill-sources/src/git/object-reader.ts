import { PassThrough } from 'node:stream'
import { SourceError } from '../source-error.ts'
import { callGit, type GitWorkshop } from './fetch-commit.ts'
import { type BlobReader, createBlobReader } from './read-blobs.ts'

interface Wanted {
  object: string
  sizeBytes: number
}

/** Files by the names of their objects, from one git that stays: starting one for every skill is most of the work. */
export interface ObjectReader {
  /** In the order of the question; one question at a time, the others wait. Rejects with a SourceError or the signal's reason. */
  read(wanted: readonly Wanted[]): Promise<Uint8Array[]>
  /** Ends git. What is being read is rejected. */
  close(): Promise<void>
}

/** Nothing is started before the first question. `subject` is what errors are about. */
export function openObjectReader(workshop: GitWorkshop, subject: string): ObjectReader {
  const closing = new AbortController()
  const questions = new PassThrough()
  let current: { reader: BlobReader; answered: () => void } | null = null
  let ended: Promise<never> | null = null
  let last: Promise<unknown> = Promise.resolve()

  function onOutput(chunk: Buffer): void {
    current?.reader.take(chunk)
    if (current?.reader.isComplete()) current.answered()
  }

  async function runUntilClosed(): Promise<never> {
    const signal = AbortSignal.any([workshop.signal, closing.signal])
    await callGit({ ...workshop, signal }, { parameters: ['cat-file', '--batch'], input: questions, onOutput }, subject)
    throw new SourceError('git.broken', { subject, detail: 'git ended early' })
  }

  function started(): Promise<never> {
    if (ended) return ended
    ended = runUntilClosed()
    // It may end while nobody asks; whoever asks next is told.
    ended.catch(() => undefined)
    return ended
  }

  async function ask(wanted: readonly Wanted[]): Promise<Uint8Array[]> {
    if (wanted.length === 0) return []
    const reader = createBlobReader(wanted)
    const answer = Promise.withResolvers<void>()
    current = { reader, answered: answer.resolve }
    const end = started()
    questions.write(wanted.map(({ object }) => `${object}\n`).join(''))
    await Promise.race([answer.promise, end])
    return reader.blobs()
  }

  return {
    read(wanted) {
      const answer = last.then(() => ask(wanted))
      last = answer.catch(() => undefined)
      return answer
    },
    async close() {
      closing.abort()
      await ended?.catch(() => undefined)
    },
  }
}
