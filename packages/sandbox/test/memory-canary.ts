import { closeSync, openSync, readFileSync, readSync } from 'node:fs'
import { type Canary, findCanaries } from './skill-canary.ts'

const CHUNK_BYTES = 4 * 1024 * 1024
/** Longer than the longest form of a canary, so that none is cut in two. */
const OVERLAP_BYTES = 256

interface Region {
  start: number
  end: number
}

/** What a process may read and has not mapped, unchanged, from a file of the system. */
function regionsOf(pid: number): Region[] {
  return readFileSync(`/proc/${pid}/maps`, 'latin1')
    .split('\n')
    .flatMap((line) => {
      const [, start = '', end = '', rights = '', path = ''] = /^(\w+)-(\w+) (\S+) \S+ \S+ \S+\s*(.*)$/.exec(line) ?? []
      const isProgram = path.startsWith('/') && !rights.includes('w')
      if (!rights.startsWith('r') || isProgram || path.startsWith('[v')) return []
      return [{ start: Number.parseInt(start, 16), end: Number.parseInt(end, 16) }]
    })
}

/** Answers 0 for a piece that cannot be read. */
function readPiece(fd: number, into: Buffer, length: number, position: number): number {
  try {
    return readSync(fd, into, 0, length, position)
  } catch {
    return 0
  }
}

/** What a look into the memory of a process came to. */
export interface MemorySearch {
  /** Places of the canaries that are there. */
  found: string[]
  /** How much was looked through. */
  searchedBytes: number
}

/** The pieces of a region, each with the end of the one before it. */
function piecesOf({ start, end }: Region): Region[] {
  const step = CHUNK_BYTES - OVERLAP_BYTES
  return Array.from({ length: Math.ceil((end - start) / step) }, (_, index) => {
    const from = start + index * step
    return { start: from, end: Math.min(from + CHUNK_BYTES, end) }
  })
}

/** Looks for canaries in all the memory of a process that runs. Throws where the system does not let us. */
export function searchMemory(pid: number, canaries: readonly Canary[]): MemorySearch {
  const fd = openSync(`/proc/${pid}/mem`, 'r')
  const chunk = Buffer.alloc(CHUNK_BYTES)
  const found: string[] = []
  let searchedBytes = 0
  try {
    for (const { start, end } of regionsOf(pid).flatMap(piecesOf)) {
      const length = readPiece(fd, chunk, end - start, start)
      searchedBytes += length
      found.push(...findCanaries(canaries, chunk.subarray(0, length)))
    }
  } finally {
    closeSync(fd)
  }
  return { found: [...new Set(found)], searchedBytes }
}
