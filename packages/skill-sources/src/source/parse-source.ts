import { SourceError } from '../source-error.ts'
import { parseUrlSource } from './parse-url-source.ts'
import type { Source } from './source.ts'
import { checkedHost, checkedPath, checkedRef, checkedSkill, decodedOnce, hasControl } from './source-parts.ts'

export interface ParseOptions {
  /** What `owner/repo` is short for: `https://github.com` where nothing else is said. May be a `file:///` address. */
  baseUrl?: string
  /** What a plain `https://host/…` address stands for when nothing in it tells: an index of skills, or a repository. */
  plainUrl?: 'index' | 'git'
}

const MAX_SOURCE = 2048
const LOCAL = /^(\.{0,2}\/|\.{1,2}$|~\/|[a-zA-Z]:[\\/](?!\/))/
const SCP = /^([a-zA-Z0-9_][a-zA-Z0-9._-]{0,63})@([^:/@]+):(?!\/\/)(.+)$/
const SHORTHAND = /^([a-zA-Z0-9_][a-zA-Z0-9_.-]{0,99})\/([a-zA-Z0-9_.][a-zA-Z0-9_.-]{0,99})(?:\/([^@]*))?(?:@(.+))?$/

interface Fragment {
  plain: string
  ref: string | null
  skill: string | null
}

/** `#ref`, `#ref@skill` or `#@skill` at the end, as the usual clients read it. */
function splitFragment(text: string): Fragment {
  const at = text.indexOf('#')
  if (at < 0) return { plain: text, ref: null, skill: null }
  const [ref = '', ...skill] = text.slice(at + 1).split('@')
  return {
    plain: text.slice(0, at),
    ref: ref === '' ? null : checkedRef(decodedOnce(ref)),
    skill: checkedSkill(skill.length === 0 ? null : decodedOnce(skill.join('@'))),
  }
}

function parseScp(text: string, fragment: Fragment): Source | null {
  const [, user, hostName, path] = SCP.exec(text) ?? []
  if (user === undefined || hostName === undefined || path === undefined) return null
  if (path.startsWith('-')) throw new SourceError('source.option', { subject: path })
  const plain = checkedPath(path)
  if (plain === null || /[\s%]/.test(path)) throw new SourceError('source.bad-path', { subject: path })
  const host = checkedHost(hostName)
  const { ref, skill } = fragment
  const root = path.startsWith('/') ? '/' : ''
  return {
    kind: 'git',
    protocol: 'ssh',
    url: `${user}@${host}:${root}${plain}`,
    host,
    port: '22',
    ref,
    path: null,
    skill,
  }
}

function parseShorthand(text: string, fragment: Fragment, options: Required<ParseOptions>): Source | null {
  const [, owner, repo, path = '', named] = SHORTHAND.exec(text) ?? []
  if (owner === undefined || repo === undefined) return null
  if (repo === '.' || repo === '..') throw new SourceError('source.bad-path', { subject: text })
  const name = repo.replace(/\.git$/, '')
  const base = parseUrlSource(`${options.baseUrl.replace(/\/$/, '')}/${owner}/${name}.git`, options)
  if (base.kind !== 'git') throw new SourceError('source.not-understood', { subject: options.baseUrl })
  const skill = fragment.skill ?? checkedSkill(named ?? null)
  return { ...base, ref: fragment.ref, path: checkedPath(path), skill }
}

/** The text without the space around it. Throws SourceError for what no address can be. */
function cleaned(text: string): string {
  const trimmed = text.trim()
  if (trimmed === '') throw new SourceError('source.empty')
  if (trimmed.length > MAX_SOURCE) throw new SourceError('source.too-long', { limit: MAX_SOURCE })
  if (hasControl(trimmed) || !trimmed.isWellFormed()) throw new SourceError('source.control-character')
  if (trimmed.startsWith('-')) throw new SourceError('source.option', { subject: trimmed })
  if (/^[a-zA-Z0-9+.-]+::/.test(trimmed)) throw new SourceError('source.unknown-scheme', { subject: trimmed })
  return trimmed
}

function parseUrl(fragment: Fragment, options: Required<ParseOptions>): Source {
  const source = parseUrlSource(fragment.plain, options)
  const { ref, skill } = fragment
  return source.kind === 'git' ? { ...source, ref: source.ref ?? ref, skill } : { ...source, skill }
}

/**
 * Reads what a person typed as a source of skills: `owner/repo[/path][@skill][#ref]`, `https`, `http`, `ssh` and `file`
 * addresses, `git@host:path`, tree addresses of GitHub and GitLab (whose ref ends at the first `/`), `github:…` and `gitlab:…`,
 * or a local folder. Pure: nothing is looked up. Throws SourceError `source.*` for everything else; credentials in an address
 * are refused, because addresses are stored.
 */
export function parseSource(text: string, given: ParseOptions = {}): Source {
  const options = { baseUrl: 'https://github.com', plainUrl: 'index' as const, ...given }
  const plain = cleaned(text)
  if (LOCAL.test(plain)) return { kind: 'folder', path: plain }
  const [, forge, behind = ''] = /^(github|gitlab):(?!\/\/)(.*)$/.exec(plain) ?? []
  if (forge !== undefined) return parseSource(behind, { ...given, baseUrl: `https://${forge}.com` })
  const fragment = splitFragment(plain)
  if (/^[a-zA-Z][a-zA-Z0-9+.-]*:\/\//.test(fragment.plain)) return parseUrl(fragment, options)
  const source = parseScp(fragment.plain, fragment) ?? parseShorthand(fragment.plain, fragment, options)
  if (source) return source
  const hasScheme = /^[a-zA-Z][a-zA-Z0-9+.-]*:/.test(plain)
  throw new SourceError(hasScheme ? 'source.unknown-scheme' : 'source.not-understood', { subject: plain })
}
