import { createHmac } from 'node:crypto'
import type { Caller } from '../../../platform/auth/caller.ts'
import { networkOf } from '../../../platform/auth/network.ts'
import type { Clock } from '../../../platform/clock/clock.ts'
import type { Database } from '../../../platform/db/database.ts'
import type { Log } from '../../../platform/log/log.ts'
import * as store from '../store.ts'

export interface Use {
  skillId: string
  kind: store.SkillUse['kind']
  /** Null: somebody unknown, told apart by their address. */
  caller: Pick<Caller, 'userId'> | null
  address: string
}

export interface UseRecorderDeps {
  database: Database
  clock: Clock
  log: Log
  /** Addresses are hashed with it. */
  secret: string
  /** Called for every use that is lost because the buffer is full. */
  onDropped: () => void
}

/** Counts who uses skills, each identity once a day, off the way of the requests. */
export interface UseRecorder {
  /** Notes a use; it is written some seconds later. Never throws. */
  record(use: Use): void
  /** Writes what was noted so far. Never throws: what cannot be written stays noted. */
  flush(): Promise<void>
  /** Writes what was noted and stops. */
  close(): Promise<void>
}

const FLUSH_AFTER_MS = 5000
const MOST_BUFFERED = 10_000
/** Uses, and skills that they are of, in one transaction. Every change of a skill costs its indexes of words milliseconds, and the embedded database serves nobody else meanwhile. */
const MOST_USES = 500
const MOST_SKILLS = 20
const KEPT_DAYS = 30
const DAY_MS = 86_400_000
const FORGOTTEN_AT_ONCE = 2000

const dayOf = (timeMs: number): string => new Date(timeMs).toISOString().slice(0, 10)

/** Of no use to whoever does not have the secret, and different every day: it cannot be followed from one day to the next. */
function hashOf(address: string, day: string, secret: string): string {
  const hash = createHmac('sha256', secret)
    .update(`skill-use\n${day}\n${networkOf(address)}`)
    .digest('base64url')
  return `net_${hash.slice(0, 22)}`
}

/** Uses by what makes them the same. */
type Buffer = Map<string, store.SkillUse>

function note(buffer: Buffer, use: store.SkillUse): boolean {
  const key = [use.skillId, use.day, use.kind, use.identity].join(' ')
  if (!buffer.has(key) && buffer.size >= MOST_BUFFERED) return false
  buffer.set(key, use)
  return true
}

async function forgetOld(deps: UseRecorderDeps, todayMs: number): Promise<void> {
  const before = dayOf(todayMs - KEPT_DAYS * DAY_MS)
  let forgotten = FORGOTTEN_AT_ONCE
  while (forgotten === FORGOTTEN_AT_ONCE) {
    forgotten = await store.forgetUses(deps.database.q, before, FORGOTTEN_AT_ONCE)
  }
}

function batchesOf(buffer: Buffer): [key: string, use: store.SkillUse][][] {
  const batches: [string, store.SkillUse][][] = []
  let skills = new Set<string>()
  // The keys begin with the skill: its uses come together.
  for (const [key, use] of [...buffer].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const current = batches.at(-1)
    const isFull = !current || current.length >= MOST_USES || (skills.size >= MOST_SKILLS && !skills.has(use.skillId))
    if (isFull) {
      skills = new Set()
      batches.push([[key, use]])
    } else current.push([key, use])
    skills.add(use.skillId)
  }
  return batches
}

/** Writes and removes the buffer's uses batch by batch; whatever a failing database has not taken stays. */
async function write(deps: UseRecorderDeps, buffer: Buffer): Promise<void> {
  for (const batch of batchesOf(buffer)) {
    await deps.database.transaction((q) =>
      store.addUses(
        q,
        batch.map(([, use]) => use),
      ),
    )
    for (const [key] of batch) buffer.delete(key)
  }
}

/** A recorder with an empty buffer. It holds no timer while it has nothing to write. */
export function createUseRecorder(deps: UseRecorderDeps): UseRecorder {
  const buffer: Buffer = new Map()
  let timer: NodeJS.Timeout | undefined
  let writing = Promise.resolve()
  let forgottenOn = ''
  let isClosed = false

  const flushLater = (): void => {
    if (!isClosed) timer ??= setTimeout(() => void flush(), FLUSH_AFTER_MS).unref()
  }
  const flushNow = async (): Promise<void> => {
    try {
      await write(deps, buffer)
      const nowMs = deps.clock.now().getTime()
      if (forgottenOn === dayOf(nowMs)) return
      await forgetOld(deps, nowMs)
      forgottenOn = dayOf(nowMs)
    } catch (error) {
      deps.log.warn({ err: error, kept: buffer.size }, 'uses of skills could not be written yet')
      flushLater()
    }
  }
  const flush = (): Promise<void> => {
    clearTimeout(timer)
    timer = undefined
    writing = writing.then(flushNow)
    return writing
  }
  return {
    record({ skillId, kind, caller, address }) {
      const day = dayOf(deps.clock.now().getTime())
      const identity = caller?.userId ?? hashOf(address, day, deps.secret)
      if (!note(buffer, { skillId, day, kind, identity })) return deps.onDropped()
      flushLater()
    },
    flush,
    close() {
      isClosed = true
      return flush()
    },
  }
}
