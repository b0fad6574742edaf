import { isAbsolute } from 'node:path'
import { createGuildhall } from '@guildhall/sdk'
import { pinConflict, readPinnedKeys } from '../config/trusted-keys.ts'
import { exitCodes } from '../failures.ts'
import { failureReport } from '../output/failure-lines.ts'
import type { Session } from '../session.ts'
import { type Diagnosis, fail, ok, warn } from './diagnosis.ts'

/** Signed releases carry times, tokens run out: more than this far apart, things begin to fail. */
const SKEW_WARN_MS = 60_000
const SKEW_FAIL_MS = 300_000

const failed = (name: string, error: unknown, session: Session): Diagnosis => {
  const { what, where, remedy } = failureReport(error, session.registry, session.host.env)
  const isFile = where !== null && isAbsolute(where)
  return fail(name, isFile ? `${what}: ${where}` : what, remedy ?? 'Run it again with --debug to see more.')
}

function diagnoseClock(date: string | null, nowMs: number): Diagnosis {
  const serverMs = date === null ? Number.NaN : Date.parse(date)
  if (Number.isNaN(serverMs)) return warn('clock', 'the registry does not say its time', 'Nothing can be done here.')
  const apartMs = Math.abs(serverMs - nowMs)
  const words = `${Math.round(apartMs / 1000)} s apart from the registry`
  if (apartMs < SKEW_WARN_MS) return ok('clock', words)
  return (apartMs < SKEW_FAIL_MS ? warn : fail)('clock', words, 'Set the clock of this machine by the network.')
}

/** Whether a registry answers, and how far its clock is from ours. */
export async function diagnoseRegistry(session: Session): Promise<Diagnosis[]> {
  let date: string | null = null
  const client = createGuildhall({
    baseUrl: session.registry,
    retries: 0,
    fetch: async (url, init) => {
      const response = await fetch(url, init)
      date = response.headers.get('date')
      return response
    },
  })
  try {
    const { version } = await client.system.status()
    return [
      ok('registry', `${session.registry} answers, Guildhall ${version}`),
      diagnoseClock(date, session.host.now().getTime()),
    ]
  } catch (error) {
    return [failed('registry', error, session)]
  }
}

/** Whether the token, if there is one, is taken. */
export async function diagnoseLogin(session: Session): Promise<Diagnosis> {
  try {
    const me = await session.signedIn().auth.me()
    return ok('login', `@${me.handle} (${me.role})`)
  } catch (error) {
    const { exitCode, what, code } = failureReport(error, session.registry)
    // A token that is not taken any more makes every request fail, also those that need none.
    if (exitCode !== exitCodes.notSignedIn || code !== null) return failed('login', error, session)
    return warn('login', what, 'Run `guildhall login` to publish and to run skills; finding and adding need none.')
  }
}

/** Whether the registry still signs with the keys that this machine trusts. */
export async function diagnoseKeys(session: Session): Promise<Diagnosis> {
  try {
    const pinned = await readPinnedKeys(session.configDir, session.registry)
    if (pinned === null) return ok('keys', 'none is pinned yet; the first `guildhall add` does it')
    const { items } = await session.anonymous.trust.keys()
    const conflict = pinConflict(pinned, items)
    if (conflict === null) return ok('keys', pinned.map(({ keyId }) => keyId).join(', '))
    return fail('keys', conflict, 'Ask the administrator of the registry; see `guildhall trust --help`.')
  } catch (error) {
    return failed('keys', error, session)
  }
}
