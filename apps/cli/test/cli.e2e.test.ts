import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cliBinary, type CliOptions, runCommand, type ServerProcess, startServer } from './processes.ts'

const admin = { email: 'admin@example.com', password: 'a-long-admin-password' }
const author = { email: 'acme@example.com', password: 'a-long-author-password', handle: 'acme' }

let root = ''
let server: ServerProcess | undefined

/** A person at a machine: an own home and an own configuration. */
const person = (name: string) => {
  const env = () => ({
    HOME: join(root, name),
    XDG_CONFIG_HOME: join(root, name, 'config'),
    GUILDHALL_REGISTRY: server?.url ?? '',
  })
  return async (argv: readonly string[], more: Partial<CliOptions> = {}) =>
    runCommand(argv, { cwd: join(root, name), ...more, env: { ...env(), ...more.env } })
}
const acme = person('acme')
const chief = person('chief')
const stranger = person('stranger')

async function write(folder: string, files: Record<string, string>) {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(folder, path, '..'), { recursive: true })
    await writeFile(join(folder, path), text)
  }
}

const skillMd = (name: string, description: string) =>
  `---\nname: ${name}\ndescription: ${description}\n---\n\n# ${name}\n\nUse it when asked.\n`

const anything = { type: 'object', additionalProperties: true }
const action = (description: string) => ({ description, input: anything, output: {} })

/** A skill with one action for every way a run can go. */
const kettle = {
  'SKILL.md': skillMd('kettle', 'Boils water for tea, and counts how often it did.'),
  'manifest.json': JSON.stringify({
    name: 'kettle',
    version: '1.0.0',
    kind: 'javascript',
    entry: 'bot-logic.js',
    category: 'utility',
  }),
  'permissions.json': JSON.stringify({ storage: true }),
  'action-schema.json': JSON.stringify({
    boil: action('Boils water.'),
    burst: action('Fails.'),
    wait: action('Never ends.'),
  }),
  'bot-logic.js': `
    export async function boil(input, ctx) {
      ctx.console.log('filling')
      for (const cup of ['first ', 'second ']) ctx.stream(cup)
      const count = ((await ctx.storage.get('count')) ?? 0) + 1
      await ctx.storage.set('count', count)
      return { cups: input.cups, count }
    }
    export async function burst() { throw new Error('no water') }
    export async function wait(input, ctx) {
      ctx.stream('waiting')
      await ctx.storage.get('count')
      for (;;) {}
    }
  `,
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'guildhall-e2e-'))
  for (const name of ['acme', 'chief', 'stranger']) await mkdir(join(root, name))
  await write(join(root, 'acme', 'kettle'), kettle)
  server = await startServer({
    GUILDHALL_DATA_DIR: join(root, 'data'),
    GUILDHALL_WEB: 'off',
    GUILDHALL_SEED: 'off',
    GUILDHALL_ADMIN_EMAIL: admin.email,
    GUILDHALL_ADMIN_PASSWORD: admin.password,
  })
}, 90_000)

afterAll(async () => {
  await server?.stop()
  await rm(root, { recursive: true, force: true })
}, 30_000)

/** The steps build on each other, as those of a person do; the first that fails fails the rest. */
describe('the command line against the real server', () => {
  it('registers and signs in without leaving the password or a readable file behind', async () => {
    const { email, password, handle } = author
    const who = ['--email', email, '--handle', handle, '--name', 'Acme', '--password-stdin']
    const registered = await acme(['register', ...who], { stdin: `${password}\n` })
    expect(registered).toMatchObject({ code: 0, out: expect.stringContaining('@acme') })
    const file = join(root, 'acme', 'config', 'guildhall', 'credentials.json')
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect(await readFile(file, 'utf8')).not.toContain(password)
    expect(await acme(['whoami', '--json'])).toMatchObject({
      code: 0,
      out: expect.stringContaining('"handle": "acme"'),
    })
    const wrong = await chief(['login', '--email', admin.email, '--password-stdin'], { stdin: 'wrong-password' })
    expect(wrong).toMatchObject({ code: 1, err: expect.stringContaining('auth.invalid-credentials') })
    const right = await chief(['login', '--email', admin.email, '--password-stdin'], { stdin: admin.password })
    expect(right).toMatchObject({ code: 0, out: expect.stringContaining('(admin)') })
    expect(await stranger(['whoami'])).toMatchObject({ code: 3 })
  })

  it('publishes a folder, shows every stage and waits for the review of an administrator', async () => {
    const published = await acme(['publish', 'kettle'])
    expect(published).toMatchObject({ code: 0, out: expect.stringContaining('In review @acme/kettle@1.0.0') })
    expect(published.err).toMatch(/validate +passed/)
    expect(published.err).toMatch(/scan +not configured/)
    expect(await acme(['review', 'list'])).toMatchObject({ code: 1, err: expect.stringContaining('auth.forbidden') })
    const queue: { items: { id: string }[] } = JSON.parse((await chief(['review', 'list', '--json'])).out)
    const id = queue.items[0]?.id ?? ''
    expect(await chief(['review', 'approve', id])).toMatchObject({ code: 0 })
    const listed = await acme(['submissions', id])
    expect(listed).toMatchObject({ code: 0, out: expect.stringContaining('@acme/kettle@1.0.0') })
  })

  it('finds the released skill by a word of its description', async () => {
    await expect
      .poll(async () => (await stranger(['search', 'boils'])).out, { timeout: 15_000, interval: 300 })
      .toContain('@acme/kettle  1.0.0')
    const info = await stranger(['info', '@acme/kettle'])
    expect(info).toMatchObject({ code: 0, out: expect.stringContaining('Remember values between runs') })
    expect(await stranger(['info', '@acme/teapot'])).toMatchObject({
      code: 1,
      err: expect.stringContaining('skill.not-found'),
    })
  })

  it('rejects at once what is not a skill, before anything is uploaded', async () => {
    await write(join(root, 'acme', 'broken'), { 'SKILL.md': 'no frontmatter' })
    const refused = await acme(['publish', 'broken'])
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('must start with YAML frontmatter') })
  })

  it('adds the skill to a project only with consent, verified, with a lock file', async () => {
    const project = join(root, 'stranger', 'project')
    await mkdir(join(project, '.claude'), { recursive: true })
    const cwd = { cwd: project }
    const unasked = await stranger(['add', '@acme/kettle'], cwd)
    expect(unasked).toMatchObject({ code: 1, err: expect.stringContaining('Nobody consented') })
    expect(await readdir(project)).toEqual(['.claude'])
    const added = await stranger(['add', '@acme/kettle', '--yes'], cwd)
    expect(added).toMatchObject({ code: 0, out: expect.stringContaining('Installed @acme/kettle@1.0.0') })
    expect(await readFile(join(project, '.claude', 'skills', 'kettle', 'bot-logic.js'), 'utf8')).toBe(
      kettle['bot-logic.js'],
    )
    expect(await readFile(join(project, 'guildhall.lock'), 'utf8')).toContain('"name": "@acme/kettle"')
    expect(await stranger(['list'], cwd)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/kettle +1\.0\.0 .*intact/),
    })
    await writeFile(join(project, '.claude', 'skills', 'kettle', 'SKILL.md'), 'edited')
    expect(await stranger(['remove', '@acme/kettle'], cwd)).toMatchObject({
      code: 1,
      err: expect.stringContaining('edited'),
    })
    expect(await stranger(['remove', '@acme/kettle', '--force'], cwd)).toMatchObject({ code: 0 })
    expect(await readdir(join(project, '.claude', 'skills'))).toEqual(['.kettle.backup-1'])
  })

  it('refuses a registry whose signing key is not the one seen first', async () => {
    const file = join(root, 'stranger', 'config', 'guildhall', 'trusted-keys.json')
    const text = await readFile(file, 'utf8')
    const other = Buffer.alloc(32, 7).toString('base64')
    await writeFile(file, text.replace(/"publicKey": "[^"]+"/, `"publicKey": "${other}"`))
    const refused = await stranger(['add', '@acme/kettle', '--yes'])
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('signing key of this registry has changed') })
    expect(await readdir(join(root, 'stranger'))).not.toContain('guildhall.lock')
    await stranger(['trust', 'forget'])
    const again = await stranger(['add', '@acme/kettle', '--yes', '--json'])
    expect(JSON.parse(again.out)).toMatchObject({
      installed: [{ name: '@acme/kettle', folders: [{ mode: 'copy' }, { mode: 'symlink' }] }],
    })
  })

  it('runs an action: asks for consent first, streams to standard output, logs beside it, keeps what it stored', async () => {
    const call = ['run', '@acme/kettle', 'boil', '--input', '{"cups":2}']
    expect(await acme(call)).toMatchObject({ code: 1, err: expect.stringContaining('Nobody consented') })
    const first = await acme([...call, '--yes'])
    expect(first.code).toBe(0)
    const [streamed, ...result] = first.out.split('\n')
    expect(streamed).toBe('first second ')
    expect(JSON.parse(result.join('\n'))).toEqual({ cups: 2, count: 1 })
    expect(first.err).toContain('[info] filling')
    const second = await acme(['run', '@acme/kettle', 'boil', '--input', '-', '--json'], { stdin: '{"cups":1}' })
    const events = second.out
      .trim()
      .split('\n')
      .map((line): { kind: string; output?: unknown } => JSON.parse(line))
    expect(events.at(-1)).toMatchObject({ kind: 'ended', status: 'succeeded', output: { cups: 1, count: 2 } })
    expect(await acme(['library'])).toMatchObject({ code: 0, out: expect.stringMatching(/@acme\/kettle +1\.0\.0 +2/) })
  })

  it('ends with 1 and says why when a run fails or cannot start', async () => {
    const failed = await acme(['run', '@acme/kettle', 'burst'])
    expect(failed).toMatchObject({ code: 1, err: expect.stringMatching(/no water.*\(skill_error\)/) })
    expect(await acme(['run', '@acme/kettle', 'fly'])).toMatchObject({
      code: 1,
      err: expect.stringContaining('unknown-action'),
    })
    expect(await acme(['run', '@acme/kettle', 'boil', '--input', '{'])).toMatchObject({ code: 2 })
  })

  it('cancels the run on Ctrl-C', async () => {
    let isSent = false
    const cancelled = await acme(['run', '@acme/kettle', 'wait'], {
      onOutput: (out, child) => {
        if (isSent || !out.includes('waiting')) return
        isSent = true
        child.kill('SIGINT')
      },
    })
    expect(cancelled).toMatchObject({ code: 1, err: expect.stringContaining('Cancelling') })
    expect(await acme(['runs', '--limit', '1'])).toMatchObject({ code: 0, out: expect.stringContaining('cancelled') })
  })

  it('publishes every valid skill below a folder once, and says of every other one why not', async () => {
    const folder = join(root, 'chief', 'skills')
    for (const name of ['one', 'two', 'three'])
      await write(join(folder, name), { 'SKILL.md': skillMd(name, `Says ${name} in a clear voice.`) })
    await write(join(folder, 'again', 'one'), { 'SKILL.md': skillMd('one', 'The same name again.') })
    await write(join(folder, 'wrong'), { 'SKILL.md': skillMd('other-name', 'Its folder has another name.') })
    const published = await chief(['publish', '--all', 'skills'])
    expect(published).toMatchObject({ code: 0 })
    expect(published.out).toMatch(/invalid .*Directory name 'wrong' must match skill name 'other-name'/)
    expect(published.out).toMatch(/(released|waiting for a review) +3\n/)
    expect(published.out).toMatch(/same name as another folder, not uploaded +1\n/)
    expect(published.out).toMatch(/in all +5\n/)
    const again = await chief(['publish', '--all', 'skills', '--json'])
    const { results }: { results: { outcome: string }[] } = JSON.parse(again.out)
    expect(results.map(({ outcome }) => outcome).sort()).toEqual([
      'duplicate',
      'invalid',
      'unchanged',
      'unchanged',
      'unchanged',
    ])
  })

  it('creates and revokes keys, and signs in with one', async () => {
    const created = await acme(['keys', 'create', 'build', '--scope', 'read'])
    const secret = created.out.trim()
    expect(await stranger(['login', '--token', '-'], { stdin: secret })).toMatchObject({ code: 0 })
    expect(await stranger(['whoami'])).toMatchObject({ code: 0, out: expect.stringContaining('@acme') })
    expect(await stranger(['publish', join(root, 'acme', 'kettle')])).toMatchObject({
      code: 1,
      err: expect.stringContaining('auth.forbidden'),
    })
    const keys: { items: { id: string; name: string }[] } = JSON.parse((await acme(['keys', 'list', '--json'])).out)
    const id = keys.items.find(({ name }) => name === 'build')?.id ?? ''
    expect(await acme(['keys', 'revoke', id])).toMatchObject({ code: 0 })
    expect(await stranger(['whoami'])).toMatchObject({ code: 3, err: expect.stringContaining('guildhall login') })
    expect(await stranger(['logout'])).toMatchObject({ code: 0 })
  })

  it('takes the skill out of the library and signs out', async () => {
    expect(await acme(['uninstall', '@acme/kettle'])).toMatchObject({ code: 0 })
    expect(await acme(['library'])).toMatchObject({ code: 0, out: expect.stringContaining('empty') })
    expect(await acme(['logout'])).toMatchObject({ code: 0 })
    expect(await acme(['whoami'])).toMatchObject({ code: 3 })
  })

  it('is what npx starts, also without a terminal, quickly', async () => {
    const shown = await stranger(['search', 'kettle', '--json'], { entry: cliBinary })
    expect(JSON.parse(shown.out)).toMatchObject({ items: [{ name: 'kettle' }] })
    expect(await stranger(['search', 'x', '--registry', 'http://127.0.0.1:1'])).toMatchObject({ code: 4 })
  })
})
