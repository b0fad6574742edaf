import { OutboundError, pinnedGet } from '@guildhall/outbound'
import { explainOutbound } from '../git/reach-repository.ts'
import { SourceError } from '../source-error.ts'
import { checkProtocol, type SourcePolicy } from '../source-policy.ts'

const MAX_REDIRECTS = 3
const ANSWER_MS = 30_000

export interface FetchOptions {
  policy: SourcePolicy
  signal?: AbortSignal
}

interface Wanted {
  url: URL
  maxBytes: number
  accept: string
}

/** Credentials in an address are not sent, and a secure address does not lead on to an open one. */
function checkedNext(location: string | undefined, from: URL): URL {
  const next = URL.parse(location ?? '', from.href)
  const isPlain = next !== null && /^https?:$/.test(next.protocol) && next.username === '' && next.password === ''
  if (!isPlain || (from.protocol === 'https:' && next.protocol === 'http:'))
    throw new SourceError('host.redirect', { subject: from.host })
  return next
}

/**
 * GET within limits of size, time and redirects; every hop is held against the policy. Null where the host says that there is
 * nothing. Throws SourceError `source.protocol-refused`, `host.*`, `index.too-large` or `index.timeout`.
 */
export async function fetchWithin(
  { url, maxBytes, accept }: Wanted,
  { policy, signal }: FetchOptions,
): Promise<Buffer | null> {
  const late = AbortSignal.timeout(ANSWER_MS)
  const both = signal ? AbortSignal.any([signal, late]) : late
  const headers = { 'user-agent': 'guildhall', accept, 'accept-encoding': 'gzip' }
  let at = url
  for (let hop = 0; hop <= MAX_REDIRECTS; hop += 1) {
    checkProtocol(at.protocol.slice(0, -1), policy)
    const answer = await pinnedGet({ ...policy, url: at, headers, signal: both, maxBytes }).catch((error: unknown) => {
      signal?.throwIfAborted()
      if (late.aborted) throw new SourceError('index.timeout', { subject: at.host, limit: ANSWER_MS / 1000 })
      if (error instanceof OutboundError && error.reason === 'too-large')
        throw new SourceError('index.too-large', { subject: at.href, limit: maxBytes }, { cause: error })
      throw explainOutbound(error, at.host)
    })
    if (answer.status === 200) return answer.body
    if (answer.status === 404 || answer.status === 410) return null
    if (answer.status < 300 || answer.status >= 400)
      throw new SourceError('host.unreachable', { subject: at.host, detail: `it answers ${answer.status}` })
    at = checkedNext(answer.headers.location, at)
  }
  throw new SourceError('host.redirect', { subject: url.host, detail: `more than ${MAX_REDIRECTS} times` })
}
