import { createNudge, firstOf } from '../../../platform/jobs/nudge.ts'
import { type Claim, extendLease } from '../store.ts'
import { cancelTopic, type ExecutionsContext } from './executions-deps.ts'

/** The right to go on running an attempt. */
export interface HeldLease {
  /** Aborted when the user wants it stopped. */
  cancelled: AbortSignal
  /** Aborted when it is not ours any more, or when we have been unable to say that we live for the length of a lease. */
  lost: AbortSignal
  release(): Promise<void>
}

/** Says at a third of the lease's length that we live, and looks at once when somebody asks to cancel. */
export function holdLease(deps: ExecutionsContext, claim: Claim): HeldLease {
  const { database, bus, log } = deps.platform
  const { leaseMs } = deps.settings
  const [cancelled, lost, ended] = [new AbortController(), new AbortController(), new AbortController()]
  const nudge = createNudge()
  const unsubscribe = bus.subscribe(cancelTopic(claim.id), () => nudge.wake())
  let provenMs = performance.now()

  async function beat(): Promise<void> {
    const askedMs = performance.now()
    try {
      const held = await extendLease(database.q, claim, leaseMs)
      provenMs = askedMs
      if (!held) lost.abort(new Error('somebody else runs it'))
      else if (held.cancelRequested) cancelled.abort(new Error('cancelled by its user'))
    } catch (error) {
      log.warn({ err: error, execution: claim.id }, 'lease could not be extended')
      if (performance.now() - provenMs > leaseMs) lost.abort(new Error('the database is out of reach'))
    }
  }

  async function keep(): Promise<void> {
    while (!ended.signal.aborted && !lost.signal.aborted) {
      const woken = nudge.next()
      await beat()
      if (!ended.signal.aborted) await firstOf(woken, leaseMs / 3)
    }
  }

  const keeping = keep()
  return {
    cancelled: cancelled.signal,
    lost: lost.signal,
    async release() {
      ended.abort()
      unsubscribe()
      nudge.wake()
      await keeping
    },
  }
}
