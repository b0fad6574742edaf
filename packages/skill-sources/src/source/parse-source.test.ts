import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SourceError } from '../source-error.ts'
import { parseSource } from './parse-source.ts'
import type { GitSource, Source } from './source.ts'

function git(source: Source): GitSource {
  if (source.kind !== 'git') throw new Error(`it was read as ${source.kind}`)
  return source
}

describe('what people type', () => {
  it.each([
    ['owner/repo', { url: 'https://github.com/owner/repo.git', ref: null, path: null, skill: null }],
    ['owner/repo.git', { url: 'https://github.com/owner/repo.git' }],
    ['owner/repo/skills/pdf', { url: 'https://github.com/owner/repo.git', path: 'skills/pdf' }],
    ['owner/repo@pdf', { skill: 'pdf', path: null }],
    ['owner/repo/skills@pdf#v1.2.0', { path: 'skills', skill: 'pdf', ref: 'v1.2.0' }],
    ['owner/repo#feature/x', { ref: 'feature/x' }],
    ['owner/repo#main@pdf', { ref: 'main', skill: 'pdf' }],
    ['owner/.github', { url: 'https://github.com/owner/.github.git' }],
    ['github:owner/repo', { url: 'https://github.com/owner/repo.git' }],
    ['gitlab:owner/repo', { url: 'https://gitlab.com/owner/repo.git' }],
    ['https://github.com/owner/repo', { url: 'https://github.com/owner/repo.git', host: 'github.com', port: '443' }],
    ['https://github.com/owner/repo/', { url: 'https://github.com/owner/repo.git' }],
    ['https://github.com/owner/repo#v1', { ref: 'v1' }],
    [
      'https://github.com/owner/repo/tree/main/skills/pdf',
      { url: 'https://github.com/owner/repo.git', ref: 'main', path: 'skills/pdf' },
    ],
    ['https://github.com/owner/repo/blob/main/skills/pdf/SKILL.md', { ref: 'main', path: 'skills/pdf' }],
    [
      'https://gitlab.example.com/group/sub/repo/-/tree/v2/a',
      { url: 'https://gitlab.example.com/group/sub/repo.git', ref: 'v2', path: 'a' },
    ],
    ['https://gitlab.com/group/sub/repo', { url: 'https://gitlab.com/group/sub/repo.git' }],
    ['https://git.example.com:8443/repo.git', { url: 'https://git.example.com:8443/repo.git', port: '8443' }],
    ['http://127.0.0.1:3000/repo.git', { protocol: 'http', host: '127.0.0.1', port: '3000' }],
    ['http://[::1]/repo.git', { url: 'http://[::1]/repo.git', host: '::1', port: '80' }],
    ['ssh://git@example.com:2222/owner/repo.git', { protocol: 'ssh', host: 'example.com', port: '2222' }],
    ['git@github.com:owner/repo.git', { protocol: 'ssh', url: 'git@github.com:owner/repo.git', host: 'github.com' }],
    ['git@github.com:owner/repo.git#dev', { ref: 'dev' }],
    ['file:///srv/git/skills.git', { protocol: 'file', url: 'file:///srv/git/skills.git', host: null }],
    ['file:///srv/with%20space/a+b', { url: 'file:///srv/with%20space/a+b' }],
  ])('%s is a repository', (text, expected) => {
    expect(git(parseSource(text))).toMatchObject(expected)
  })

  it.each(['./skills', '../skills', '/srv/skills', '.', '..', '~/skills', String.raw`C:\skills`])(
    '%s is a folder',
    (text) => {
      expect(parseSource(text)).toEqual({ kind: 'folder', path: text })
    },
  )

  it.each([
    ['https://skills.example.com', 'https://skills.example.com', null],
    ['https://skills.example.com/team/', 'https://skills.example.com/team', null],
    ['https://skills.example.com#@pdf', 'https://skills.example.com', 'pdf'],
  ])('%s is an index', (text, url, skill) => {
    expect(parseSource(text)).toEqual({ kind: 'index', url, skill })
  })

  it('takes another place for short names, and its pages for repositories', () => {
    const options = { baseUrl: 'http://127.0.0.1:4000/git' }
    expect(git(parseSource('owner/repo/a', options))).toMatchObject({
      url: 'http://127.0.0.1:4000/git/owner/repo.git',
      path: 'a',
    })
    expect(git(parseSource('owner/repo', { baseUrl: 'file:///srv/git' })).url).toBe('file:///srv/git/owner/repo.git')
  })

  it('takes any address for a repository where no index is expected', () => {
    expect(git(parseSource('https://git.example.com/a/b', { plainUrl: 'git' })).url).toBe('https://git.example.com/a/b')
  })
})

describe('what nobody should type', () => {
  it.each([
    ['', 'source.empty'],
    ['   ', 'source.empty'],
    ['a'.repeat(2049), 'source.too-long'],
    ['owner/repo\n--upload-pack=x', 'source.control-character'],
    ['owner/re\u0000po', 'source.control-character'],
    ['owner/re\u202epo', 'source.control-character'],
    ['https://example.com/%0a/repo.git', 'source.control-character'],
    ['owner/repo#%00', 'source.control-character'],
    ['--upload-pack=touch /tmp/x', 'source.option'],
    ['-oProxyCommand=x', 'source.option'],
    ['ssh://-oProxyCommand=x/repo', 'source.bad-host'],
    ['git@-oProxyCommand=x:repo', 'source.bad-host'],
    ['git@example.com:-oProxyCommand', 'source.option'],
    ['https://example.com/--upload-pack=x/repo.git', 'source.option'],
    ['owner/repo#--upload-pack=x', 'source.option'],
    ['https://github.com/o/r/tree/%2d%2dupload-pack/x', 'source.option'],
    ['ext::sh -c touch% /tmp/x', 'source.unknown-scheme'],
    ['fd::17', 'source.unknown-scheme'],
    ['git://example.com/repo.git', 'source.unknown-scheme'],
    ['ftp://example.com/repo.git', 'source.unknown-scheme'],
    ['data:text/plain,x', 'source.unknown-scheme'],
    ['javascript://example.com/%0aalert(1)', 'source.unknown-scheme'],
    ['https://user:secret@example.com/repo.git', 'source.credentials'],
    ['https://token@github.com/owner/repo', 'source.credentials'],
    ['ssh://git:secret@example.com/repo.git', 'source.credentials'],
    ['ssh://-l@example.com/repo.git', 'source.credentials'],
    ['https://example.com/repo.git?token=x', 'source.not-understood'],
    ['https://example.com/a/../../etc/repo.git', 'source.bad-path'],
    ['https://example.com/a/%2e%2e/repo.git', 'source.bad-path'],
    ['https://example.com/a%2f..%2frepo.git', 'source.bad-path'],
    [String.raw`https://example.com\@evil.example/repo.git`, 'source.bad-path'],
    ['owner/repo/../../etc', 'source.bad-path'],
    ['owner/..', 'source.bad-path'],
    ['owner/repo/.git/hooks', 'source.bad-path'],
    ['git@example.com:../../etc', 'source.bad-path'],
    ['owner/repo#a..b', 'source.bad-ref'],
    ['owner/repo#a b', 'source.bad-ref'],
    ['owner/repo#refs/heads/x.lock', 'source.bad-ref'],
    ['owner/repo#x^{/y}', 'source.bad-ref'],
    ['owner/repo#+refs/heads/a:refs/heads/b', 'source.bad-ref'],
    ['https://exa_mple..com/repo.git', 'source.bad-host'],
    ['file://evil.example/repo', 'source.bad-host'],
    ['file:///', 'source.bad-path'],
    ['@publisher/name', 'source.not-understood'],
    ['just-a-word', 'source.not-understood'],
    ['https://', 'source.not-understood'],
    ['https://example.com/%ff/repo.git', 'source.bad-path'],
  ])('%j is refused as %s', (text, code) => {
    expect(refusal(text)).toBe(code)
  })

  it('never repeats a secret that stood in an address', () => {
    for (const text of ['https://u:hunter2@h.example/r.git', 'ftp://u:hunter2@h.example/r', 'x://hunter2@h/-a']) {
      const error = caught(text)
      expect(error).toBeInstanceOf(SourceError)
      expect(`${String(error)}${JSON.stringify(error)}`).not.toContain('hunter2')
    }
  })
})

function caught(text: string): unknown {
  try {
    return parseSource(text)
  } catch (error) {
    return error
  }
}

function refusal(text: string): string {
  const error = caught(text)
  return error instanceof SourceError ? error.code : `accepted ${JSON.stringify(error)}`
}

describe('whatever comes', () => {
  const alphabet = fc.constantFrom(
    ...Array.from('ab/.-@:#%2eE0?~\\ '),
    'git',
    'ssh://',
    'https://',
    'file:///',
    'ext::',
    '..',
    '%2e',
    '%00',
  )
  const text = fc.oneof(
    fc.string(),
    fc.array(alphabet, { maxLength: 24 }).map((parts) => parts.join('')),
  )

  it('is read or refused with a name, and what is read can be handed to git', () => {
    fc.assert(
      fc.property(text, (input) => {
        const result = caught(input)
        if (result instanceof SourceError) return
        if (result instanceof Error) throw result
        const source = result as Source
        if (source.kind !== 'git') return
        const handed = [source.url, source.ref ?? '', source.path ?? '', source.host ?? '']
        expect(handed.every((part) => !part.startsWith('-') && !/[\p{Cc}\\]/u.test(part))).toBe(true)
        expect(source.url).toMatch(/^(https?:\/\/|ssh:\/\/|file:\/\/\/|[^@/:]+@[^@/:]+:[^-])/)
        expect(`/${source.path ?? ''}/`).not.toContain('/../')
      }),
      { numRuns: 5000 },
    )
  })

  it('reads its own addresses as the same repository again', () => {
    const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/)
    fc.assert(
      fc.property(name, name, (owner, repo) => {
        const source = git(parseSource(`${owner}/${repo}`))
        expect(git(parseSource(source.url))).toEqual(source)
      }),
    )
  })
})
