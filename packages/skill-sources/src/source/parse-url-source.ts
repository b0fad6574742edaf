import { SourceError } from '../source-error.ts'
import type { GitProtocol, GitSource, IndexSource } from './source.ts'
import { checkedHost, checkedPath, checkedRef, decodedOnce } from './source-parts.ts'

interface UrlOptions {
  baseUrl: string
  plainUrl: 'index' | 'git'
}

const PORTS: Readonly<Record<GitProtocol, string>> = { https: '443', http: '80', ssh: '22', file: '' }

/** Hosts whose plain addresses are repositories. */
const FORGES = new Set(['github.com', 'gitlab.com', 'bitbucket.org', 'codeberg.org'])

function protocolOf(url: URL, text: string): GitProtocol {
  const protocol = url.protocol.slice(0, -1)
  if (protocol === 'https' || protocol === 'http' || protocol === 'ssh' || protocol === 'file') return protocol
  throw new SourceError('source.unknown-scheme', { subject: text.slice(0, text.indexOf('://')) })
}

/** The parts of the path, each decoded once. URL parsers quietly walk up at `..`, so the text itself is judged. */
function segmentsOf(text: string): string[] {
  const rest = text.slice(text.indexOf('://') + 3)
  const path = rest.includes('/') ? rest.slice(rest.indexOf('/') + 1) : ''
  const segments = path.split('/').map(decodedOnce)
  const isBad = (segment: string): boolean => segment === '..' || segment === '.' || /[/\\]/.test(segment)
  if (text.includes('\\') || segments.some(isBad)) throw new SourceError('source.bad-path', { subject: path })
  if (segments.some((segment) => segment.startsWith('-') && segment !== '-'))
    throw new SourceError('source.option', { subject: path })
  return segments.filter((segment) => segment !== '')
}

function withoutCredentials(url: URL, protocol: GitProtocol): void {
  // The user name of ssh says who asks to be let in, not with what secret.
  const isUserAllowed = protocol === 'ssh' && /^[a-zA-Z0-9_][a-zA-Z0-9._-]*$/.test(url.username)
  if (url.password !== '' || (url.username !== '' && !isUserAllowed))
    throw new SourceError('source.credentials', { subject: url.host })
  // Tokens travel in queries, too, and no repository needs one.
  if (url.search !== '') throw new SourceError('source.not-understood', { subject: `${url.host}${url.pathname}?…` })
}

interface Address {
  protocol: GitProtocol
  origin: string
  host: string | null
  port: string
}

/** `…/tree/<ref>/<path>` and `…/-/tree/<ref>/<path>`, also `blob` for the page of a SKILL.md; null for any other address. */
function treeOf(segments: readonly string[], isForge: boolean): { repo: string[]; rest: string[] } | null {
  const isTree = (segment: string | undefined): boolean => segment === 'tree' || segment === 'blob'
  const dash = segments.indexOf('-')
  if (dash >= 1 && isTree(segments[dash + 1])) return { repo: segments.slice(0, dash), rest: segments.slice(dash + 2) }
  if (isForge && isTree(segments[2])) return { repo: segments.slice(0, 2), rest: segments.slice(3) }
  return null
}

/** As an address writes it; `+`, `@` and the like stay readable. */
function encoded(segment: string): string {
  return encodeURI(segment).replace(/[?#]/g, encodeURIComponent)
}

function gitSource(address: Address, repo: readonly string[], more: Pick<GitSource, 'ref' | 'path'>): GitSource {
  if (repo.length === 0) throw new SourceError('source.bad-path', { subject: address.origin })
  const url = `${address.origin}/${repo.map(encoded).join('/')}`
  const { protocol, host, port } = address
  return { kind: 'git', protocol, url, host, port, ...more, skill: null }
}

function withGitSuffix(repo: readonly string[]): string[] {
  const last = repo.at(-1) ?? ''
  return [...repo.slice(0, -1), last.endsWith('.git') ? last : `${last}.git`]
}

function folderOfPage(rest: readonly string[]): string | null {
  const path = /^skill\.md$/i.test(rest.at(-1) ?? '') ? rest.slice(0, -1) : rest
  return checkedPath(path.join('/'))
}

function httpSource(address: Address, segments: readonly string[], given: UrlOptions): GitSource | IndexSource {
  const isForge = FORGES.has(address.host ?? '') || URL.parse(given.baseUrl)?.origin === address.origin
  const tree = treeOf(segments, isForge)
  if (tree) {
    const [ref = '', ...rest] = tree.rest
    return gitSource(address, withGitSuffix(tree.repo), { ref: checkedRef(ref), path: folderOfPage(rest) })
  }
  const isRepository = segments.at(-1)?.endsWith('.git') || (isForge && segments.length >= 2)
  if (isRepository || given.plainUrl === 'git')
    return gitSource(address, isForge ? withGitSuffix(segments) : segments, { ref: null, path: null })
  return { kind: 'index', url: [address.origin, ...segments.map(encoded)].join('/'), skill: null }
}

/** Reads an address with `://`, without its fragment. Throws SourceError `source.*`. */
export function parseUrlSource(text: string, options: UrlOptions): GitSource | IndexSource {
  const url = URL.parse(text)
  if (url === null) throw new SourceError('source.not-understood', { subject: text })
  const protocol = protocolOf(url, text)
  withoutCredentials(url, protocol)
  const segments = segmentsOf(text)
  if (protocol === 'file') return fileSource(url, segments)
  const user = url.username === '' ? '' : `${url.username}@`
  const origin = `${protocol}://${user}${url.host}`
  const address = { protocol, origin, host: checkedHost(url.hostname), port: url.port || PORTS[protocol] }
  return protocol === 'ssh'
    ? gitSource(address, segments, { ref: null, path: null })
    : httpSource(address, segments, options)
}

function fileSource(url: URL, segments: readonly string[]): GitSource {
  if (url.host !== '') throw new SourceError('source.bad-host', { subject: url.host })
  return gitSource({ protocol: 'file', origin: 'file://', host: null, port: '' }, segments, { ref: null, path: null })
}
