import { isIP } from 'node:net'
import { chooseAddress, OutboundError, pinnedGet } from '@guildhall/outbound'
import type { GitSource } from '../source/source.ts'
import { parseUrlSource } from '../source/parse-url-source.ts'
import { SourceError } from '../source-error.ts'
import { checkProtocol, type SourcePolicy } from '../source-policy.ts'

const MAX_REDIRECTS = 3
const MAX_URL = 2048
const ADVERTISEMENT = 'application/x-git-upload-pack-advertisement'

/** Where a repository was found, and what a connection to it is held to. */
export interface ReachedRepository {
  source: GitSource
  pin: string | null
  sshCommand: string | null
}

/** Says for people why another host could not be asked. Other errors pass through. */
export function explainOutbound(error: unknown, subject: string): unknown {
  if (!(error instanceof OutboundError)) return error
  const options = { cause: error }
  switch (error.reason) {
    case 'no-address':
      return new SourceError('host.not-found', { subject }, options)
    case 'private-address':
      return new SourceError('host.private', { subject }, options)
    case 'unreachable':
    case 'bad-encoding':
      return new SourceError('host.unreachable', { subject }, options)
    case 'too-large':
      return new SourceError('index.too-large', { subject }, options)
  }
}

async function addressOf(source: GitSource, policy: SourcePolicy): Promise<string> {
  const hostName = source.host ?? ''
  return chooseAddress({ hostName, port: source.port }, policy).catch((error: unknown) => {
    throw explainOutbound(error, hostName)
  })
}

function readRedirect(plain: string): GitSource | null {
  try {
    const next = parseUrlSource(plain, { baseUrl: plain, plainUrl: 'git' })
    return next.kind === 'git' ? next : null
  } catch (error) {
    if (error instanceof SourceError) return null
    throw error
  }
}

/** Where the answer leads on to; the same rules hold there as for what a person types. */
function nextOf(location: string | undefined, source: GitSource): GitSource {
  const refused = new SourceError('host.redirect', { subject: source.host ?? '' })
  const url = URL.parse(location ?? '', `${source.url}/info/refs`)
  if (url === null || !/^https?:$/.test(url.protocol) || !url.pathname.endsWith('/info/refs')) throw refused
  if (source.protocol === 'https' && url.protocol === 'http:') throw refused
  url.pathname = url.pathname.slice(0, -'/info/refs'.length)
  url.search = ''
  const next = url.href.length > MAX_URL ? null : readRedirect(url.href)
  if (next === null) throw refused
  // A server calls a repository as it likes, with .git or without.
  return { ...source, protocol: next.protocol, url: url.href, host: next.host, port: next.port }
}

/**
 * Asks once, without git, whether there is a repository: git would follow a redirect to anywhere, and tells little of what went
 * wrong. Returns the place where the server says that it is.
 */
async function followRedirects(given: GitSource, policy: SourcePolicy, signal: AbortSignal): Promise<GitSource> {
  let source = given
  for (let hop = 0; hop <= MAX_REDIRECTS; hop += 1) {
    checkProtocol(source.protocol, policy)
    const url = new URL(`${source.url}/info/refs?service=git-upload-pack`)
    const headers = { 'user-agent': 'git/guildhall', 'git-protocol': 'version=2' }
    const answer = await pinnedGet({ ...policy, url, headers, signal, maxBytes: 0, isHeadersOnly: true }).catch(
      (error: unknown) => {
        signal.throwIfAborted()
        throw explainOutbound(error, url.host)
      },
    )
    if (answer.status >= 300 && answer.status < 400) {
      source = nextOf(answer.headers.location, source)
      continue
    }
    if (answer.status >= 500)
      throw new SourceError('host.unreachable', { subject: url.host, detail: `${answer.status}` })
    if (answer.status !== 200) throw new SourceError('git.not-found', { subject: source.url })
    if (!answer.headers['content-type']?.startsWith(ADVERTISEMENT))
      throw new SourceError('git.unsupported', { subject: source.url })
    return source
  }
  throw new SourceError('host.redirect', { subject: given.host ?? '', detail: `more than ${MAX_REDIRECTS} times` })
}

/** ssh as our user, asking nobody, lending nothing, and to the address that was checked where there is one. */
function sshCommandFor({ host }: GitSource, address: string | null): string {
  const options = [
    'BatchMode=yes',
    'ConnectTimeout=15',
    'ForwardAgent=no',
    'ForwardX11=no',
    'ClearAllForwardings=yes',
    'PermitLocalCommand=no',
    // The key is still looked up under the name that the person knows.
    ...(address === null ? [] : [`HostName=${address}`, `HostKeyAlias=${host ?? ''}`, 'ProxyCommand=none']),
  ]
  return ['ssh', ...options.map((option) => `-o ${option}`)].join(' ')
}

/**
 * Finds out where a repository is and whether it may be asked. The name of a host is resolved here and only here. Throws SourceError
 * `source.protocol-refused`, `host.*`, `git.not-found` or `git.unsupported`.
 */
export async function reachRepository(
  source: GitSource,
  policy: SourcePolicy,
  signal: AbortSignal,
): Promise<ReachedRepository> {
  checkProtocol(source.protocol, policy)
  if (source.protocol === 'file') return { source, pin: null, sshCommand: null }
  if (source.protocol === 'ssh') {
    const address = policy.trustsSshConfig ? null : await addressOf(source, policy)
    return { source, pin: null, sshCommand: sshCommandFor(source, address) }
  }
  const found = await followRedirects(source, policy, signal)
  const address = await addressOf(found, policy)
  // An address is its own pin.
  if (isIP(found.host ?? '') !== 0) return { source: found, pin: null, sshCommand: null }
  const bracketed = isIP(address) === 6 ? `[${address}]` : address
  return { source: found, pin: `${found.host ?? ''}:${found.port}:${bracketed}`, sshCommand: null }
}
