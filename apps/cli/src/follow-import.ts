import type { Import } from '@guildhall/contracts'
import { Failure } from './failures.ts'
import { patiently } from './patience.ts'
import { startProgress } from './progress.ts'
import type { Session } from './session.ts'

const FIRST_PAUSE_MS = 300
const LONGEST_PAUSE_MS = 3000
/** An import that stands still for so long is not followed any more. */
const PATIENCE_MS = 600_000

const words: Record<Import['status'], string> = {
  queued: 'waiting for its turn',
  fetching: 'fetching the repository',
  reading: 'reading its skills',
  submitting: 'submitting its skills',
  finished: 'finished',
  failed: 'failed',
}

const isOver = ({ status }: Import): boolean => status === 'finished' || status === 'failed'

/** Asks after an import until it is over, and says meanwhile how far it is. Throws a Failure at a standstill. */
export async function followImport(session: Session, first: Import): Promise<Import> {
  const progress = startProgress(session)
  const now = () => session.host.now().getTime()
  let current = first
  let movedAt = now()
  try {
    for (let pauseMs = FIRST_PAUSE_MS; !isOver(current); pauseMs = Math.min(pauseMs * 1.2, LONGEST_PAUSE_MS)) {
      progress.say(`${words[current.status]}, ${current.items.length} skills so far`)
      await session.host.wait(pauseMs)
      const before = current
      current = await patiently(session, () => session.signedIn().imports.get({ params: { id: before.id } }))
      if (current.updatedAt !== before.updatedAt) movedAt = now()
      else if (now() - movedAt > PATIENCE_MS)
        throw new Failure(`The import is ${current.status} and has not moved for ${PATIENCE_MS / 60_000} minutes`, {
          where: `import ${current.id}`,
          remedy: 'Nothing is lost; the server goes on with it. Ask its administrator.',
        })
    }
    return current
  } finally {
    progress.end()
  }
}
