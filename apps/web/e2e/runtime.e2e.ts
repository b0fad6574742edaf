import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createGuildhall, type Guildhall } from '@guildhall/sdk'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { openStage, signIn, type Stage } from './stage.ts'
import { zipOf } from './zip.ts'

const ada = { name: 'Ada Lovelace', handle: 'ada', email: 'ada@example.org', password: 'a long author password' }
const wide = { colorScheme: 'light', width: 1280 } as const
const phone = { colorScheme: 'dark', width: 390 } as const

let stage: Stage
let client: Guildhall
let folder = ''

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true })

const object = (properties: object, required: string[]) => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
})
const skillMd = (name: string, description: string) =>
  `---\nname: ${name}\ndescription: ${description}\n---\n\nUse it.\n`
const manifest = (name: string, kind: string, entry: string) =>
  JSON.stringify({ name, version: '1.0.0', kind, entry, category: 'utility', displayName: name })

/** Writes a file, streams, and answers more than a page shows. */
const scribe = {
  'SKILL.md': skillMd('scribe', 'Writes long texts and files. Use it to fill a page.'),
  'manifest.json': manifest('scribe', 'python', 'main.py'),
  'permissions.json': JSON.stringify({
    fileSystem: { write: true },
    network: { hosts: ['api.example.com'] },
    secrets: ['SCRIBE_KEY'],
  }),
  'action-schema.json': JSON.stringify({
    write: {
      description: 'Writes a text as often as it is told.',
      input: object(
        { text: { type: 'string', title: 'Text' }, times: { type: 'integer', title: 'Times', minimum: 1 } },
        ['text', 'times'],
      ),
      output: {},
    },
  }),
  'main.py': `
async def write(input, ctx):
    await ctx.tools.file.write({"path": "out/page.txt", "content": input["text"] * 3})
    ctx.stream("writing ")
    print("a line of the log")
    return input["text"] * input["times"]
`,
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'guildhall-runtime-'))
  stage = await openStage({ GUILDHALL_REVIEW: 'nobody' })
  const visitor = createGuildhall({ baseUrl: stage.url })
  const { tokens } = await visitor.auth.register({ body: { ...ada, transport: 'bearer' } })
  if (!tokens) throw new Error('No tokens were given')
  client = createGuildhall({ baseUrl: stage.url, token: tokens.accessToken })
}, 300_000)

afterEach(({ task }) => stage.clear(task.result?.state === 'fail'))

afterAll(async () => {
  await stage.close()
  await rm(folder, { recursive: true, force: true })
})

test('a package is tried out before it is published: allowed, run, and its files fetched', async () => {
  const visitor = await stage.newVisitor('draft', wide)
  const { page, open, inspect } = visitor
  await signIn(visitor, ada)
  const archive = join(folder, 'scribe.zip')
  await writeFile(archive, zipOf(scribe))
  await open('/publish/try')
  await inspect('no drafts')
  await page.locator('input[type=file]').setInputFiles(archive)
  await button(page, 'Try it out').click()
  await page.getByRole('heading', { name: 'scribe' }).waitFor()
  expect(await button(page, 'Run write').isDisabled()).toBe(true)
  await page.getByLabel('I allow this for the runs that I start here').check()
  await inspect('draft')
  await page.getByLabel('Text').fill('tea ')
  await page.getByLabel('Times').fill('2')
  await button(page, 'Run write').click()
  await page.locator('[data-run-status=succeeded]').waitFor()
  await page.getByRole('region', { name: 'Result' }).getByText('tea tea').waitFor()
  await page.getByText('a line of the log').waitFor()
  const download = page.waitForEvent('download')
  await page.getByRole('link', { name: 'out/page.txt' }).click()
  expect((await download).suggestedFilename()).toBe('page.txt')
  await inspect('draft that ran')
  await open('/publish/try')
  await button(page, 'Remove scribe').click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await page.getByText('Nothing is being tried out.').waitFor()
  expect(stage.complaints()).toEqual([])
})

test('a package that cannot be read says why', async () => {
  const visitor = await stage.newVisitor('bad draft', phone)
  const { page, open, inspect } = visitor
  await signIn(visitor, ada)
  const archive = join(folder, 'broken.zip')
  await writeFile(archive, zipOf({ 'SKILL.md': '---\nname: Broken One\n---\n' }))
  await open('/publish/try')
  await page.locator('input[type=file]').setInputFiles(archive)
  await button(page, 'Try it out').click()
  await page.getByRole('heading', { name: 'Findings' }).waitFor()
  await page.getByText('The package cannot be read').waitFor()
  await inspect('unreadable draft')
  expect(stage.complaints()).toEqual([])
})

test('an installed skill gets its secret, and a large result is fetched by its own address', async () => {
  const query = { filename: 'scribe.zip' }
  const sent = { bytes: new Uint8Array(zipOf(scribe)), idempotencyKey: crypto.randomUUID() }
  const { id } = await client.publishing.submit({ params: { publisher: 'ada' }, query }, sent)
  const visitor = await stage.newVisitor('secrets', phone)
  const { page, open, inspect } = visitor
  await signIn(visitor, ada)
  await page.goto(`/publish/${id}`)
  await page.locator('[data-submission-status=released]').waitFor()
  const { permissions: granted } = await client.skills.version({
    params: { publisher: 'ada', name: 'scribe', version: '1.0.0' },
  })
  const installation = await client.installations.install({ body: { skill: '@ada/scribe', granted } })
  await open(`/library/${installation.id}/run`)
  await page.getByText('needs a value').waitFor()
  await button(page, 'Set SCRIBE_KEY').click()
  await page.getByLabel('Value').fill('not to be seen')
  await inspect('secret')
  await button(page, 'Keep it').click()
  await button(page, 'Forget SCRIBE_KEY').waitFor()
  expect(await page.content()).not.toContain('not to be seen')
  await page.getByLabel('Text').fill('long '.repeat(100))
  await page.getByLabel('Times').fill('1200')
  await button(page, 'Run write').click()
  await page.locator('[data-run-status=succeeded]').waitFor()
  const download = page.waitForEvent('download')
  await page.getByRole('link', { name: 'The result as JSON' }).click()
  expect((await download).suggestedFilename()).toMatch(/^exe_.*\.json$/)
  await inspect('large result')
  await button(page, 'Copy as a program').click()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain('createGuildhall')
  expect(stage.complaints()).toEqual([])
})
