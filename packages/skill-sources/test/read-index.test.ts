import { createHash } from 'node:crypto'
import { packSkill } from '@guildhall/skill-format'
import { afterEach, expect, it } from 'vitest'
import { fetchIndexedSkill, type IndexedSkill, readIndex, type SourcePolicy } from '../src/index.ts'
import { listen, type LocalServer } from './git-server.ts'

const SCHEMA = 'https://schemas.agentskills.io/discovery/0.2.0/schema.json'
const SKILL_MD = '---\nname: greeter\ndescription: Says hello.\n---\nHello.\n'
const PLACE = '/.well-known/agent-skills'
const OLD_PLACE = '/.well-known/skills'

const servers: LocalServer[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close()
})

const digest = (bytes: string | Uint8Array): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`

interface Page {
  status?: number
  headers?: Record<string, string>
  body?: string | Uint8Array
}

/** A host with these pages, and the policy that lets it be reached. */
async function host(pages: Record<string, Page>) {
  const server = await listen((request, response) => {
    const page = pages[request.url ?? ''] ?? { status: 404 }
    response.writeHead(page.status ?? 200, page.headers).end(page.body)
  })
  servers.push(server)
  const policy: SourcePolicy = { protocols: ['http'], allowPrivateHosts: [server.host], resolveHost: async () => [] }
  return { policy, source: { kind: 'index', url: `http://${server.host}`, skill: null } as const }
}

const index = (skills: unknown[]): Page => ({ body: JSON.stringify({ $schema: SCHEMA, skills }) })
const entry = (more: object = {}) => ({
  name: 'greeter',
  description: 'Says hello.',
  type: 'skill-md',
  url: 'greeter/SKILL.md',
  digest: digest(SKILL_MD),
  ...more,
})

async function onlySkill(pages: Record<string, Page>) {
  const { policy, source } = await host(pages)
  const found = await readIndex(source, { policy })
  const [skill] = found.skills
  if (!skill) throw new Error(`nothing was found: ${found.problems.join()}`)
  return { skill, fetched: () => fetchIndexedSkill(skill, { policy }), policy }
}

it('fetches a single SKILL.md with the digest that the index names', async () => {
  const { fetched } = await onlySkill({
    [`${PLACE}/index.json`]: index([entry()]),
    [`${PLACE}/greeter/SKILL.md`]: { body: SKILL_MD },
  })
  expect([...(await fetched()).keys()]).toEqual(['SKILL.md'])
})

it('fetches an archive', async () => {
  const files = new Map([
    ['SKILL.md', new TextEncoder().encode(SKILL_MD)],
    ['references/a.md', new Uint8Array([65])],
  ])
  const body = await packSkill({ files, kind: 'instructions', name: 'greeter' })
  const skill = entry({ type: 'archive', url: '/greeter.zip', digest: digest(body) })
  const { fetched } = await onlySkill({ [`${PLACE}/index.json`]: index([skill]), '/greeter.zip': { body } })
  expect([...(await fetched()).keys()].sort()).toEqual(['SKILL.md', 'references/a.md'])
})

it('reads the older index and its files', async () => {
  const list = { skills: [{ name: 'greeter', description: 'x', files: ['SKILL.md', 'references/a b.md'] }] }
  const { fetched } = await onlySkill({
    [`${OLD_PLACE}/index.json`]: { body: JSON.stringify(list) },
    [`${OLD_PLACE}/greeter/SKILL.md`]: { body: SKILL_MD },
    [`${OLD_PLACE}/greeter/references/a%20b.md`]: { body: 'A' },
  })
  expect([...(await fetched()).keys()]).toEqual(['SKILL.md', 'references/a b.md'])
})

it('refuses bytes that are not those of the index', async () => {
  const { fetched } = await onlySkill({
    [`${PLACE}/index.json`]: index([entry()]),
    [`${PLACE}/greeter/SKILL.md`]: { body: `${SKILL_MD}evil` },
  })
  await expect(fetched()).rejects.toMatchObject({ code: 'index.digest' })
})

it.each([
  ['a name that climbs out', ['../../etc/passwd'], 'archive.path-traversal'],
  ['an absolute name', ['/etc/passwd'], 'archive.absolute-path'],
  ['a name with a host', ['//evil.example/x'], 'archive.absolute-path'],
  ['a file that is not there', ['SKILL.md'], 'index.no-artifact'],
])('refuses in the older index %s', async (_, files, code) => {
  const list = { skills: [{ name: 'greeter', description: 'x', files }] }
  const { fetched } = await onlySkill({ [`${OLD_PLACE}/index.json`]: { body: JSON.stringify(list) } })
  await expect(fetched()).rejects.toMatchObject({ code })
})

it('leaves out entries that cannot be used, and says so', async () => {
  const skills = [
    entry(),
    entry(),
    entry({ name: '../evil' }),
    entry({ name: 'no-digest', digest: undefined }),
    entry({ name: 'weak', digest: 'md5:00' }),
    entry({ name: 'local', url: 'file:///etc/passwd' }),
    entry({ name: 'user', url: 'http://u:p@127.0.0.1/x' }),
    entry({ name: 'kind', type: 'script' }),
    'nonsense',
  ]
  const { policy, source } = await host({ [`${PLACE}/index.json`]: index(skills) })
  const found = await readIndex(source, { policy })
  expect(found.skills.map(({ name }) => name)).toEqual(['greeter'])
  expect(found.problems).toHaveLength(8)
})

it.each<[string, Page | undefined, string]>([
  ['no index', undefined, 'index.not-found'],
  ['a page instead of an index', { body: '<h1>' }, 'index.invalid'],
  ['an index of another version', { body: JSON.stringify({ $schema: 'https://x/9', skills: [] }) }, 'index.invalid'],
  ['a broken host', { status: 500 }, 'host.unreachable'],
  ['a redirect to a private host', { status: 302, headers: { location: 'http://127.0.0.2:1/x' } }, 'host.private'],
  ['a redirect to a file', { status: 302, headers: { location: 'file:///etc/passwd' } }, 'host.redirect'],
  ['a redirect in a circle', { status: 302, headers: { location: `${PLACE}/index.json` } }, 'host.redirect'],
  ['a redirect with a password', { status: 302, headers: { location: 'http://u:p@127.0.0.1/' } }, 'host.redirect'],
  ['an index that is too large', { body: Buffer.alloc(21 * 1024 * 1024, ' ') }, 'index.too-large'],
  ['an unknown encoding', { headers: { 'content-encoding': 'x' }, body: 'x' }, 'host.unreachable'],
])('refuses %s', async (_, page, code) => {
  const { policy, source } = await host(page ? { [`${PLACE}/index.json`]: page } : {})
  await expect(readIndex(source, { policy })).rejects.toMatchObject({ code })
})

it('reaches no private host and no protocol without leave', async () => {
  const { policy, source } = await host({
    [`${PLACE}/index.json`]: index([entry({ url: 'http://127.0.0.2:1/SKILL.md' })]),
  })
  await expect(readIndex(source, { policy: { ...policy, allowPrivateHosts: [] } })).rejects.toMatchObject({
    code: 'host.private',
  })
  await expect(readIndex(source, { policy: { ...policy, protocols: ['https'] } })).rejects.toMatchObject({
    code: 'source.protocol-refused',
  })
  const [skill] = (await readIndex(source, { policy })).skills
  await expect(fetchIndexedSkill(skill as IndexedSkill, { policy })).rejects.toMatchObject({ code: 'host.private' })
})
