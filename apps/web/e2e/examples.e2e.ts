import { type ActionCase, type ActionSchemas, JsonObject } from '@guildhall/contracts'
import { createGuildhall, type Guildhall } from '@guildhall/sdk'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFailed, test } from 'vitest'
import { readExamples } from '../../../examples/example-package.ts'
import { caseOfEachAction, installExample } from '../../../examples/install-example.ts'
import { fillInput } from './fill-input.ts'
import { openStage, signIn, type Stage } from './stage.ts'
import type { Visitor } from './visitor.ts'

const ada = { name: 'Ada Lovelace', handle: 'ada', email: 'ada@example.org', password: 'a long author password' }

const examples = await readExamples()
const cases = examples.flatMap((example) =>
  caseOfEachAction(example).map((given) => ({ title: `${example.name}: ${given.action}`, name: example.name, given })),
)
/** A file that goes along, a page whose input is JSON, and a long list of calls. */
const LOOKED_AT = ['csv-profiler: profile', 'invoice-calculator: calculate', 'schema-drift-check: run']

/** The actions that were filled in so. */
const ways = { form: 0, json: 0 }

let stage: Stage
let visitor: Visitor
let client: Guildhall

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
const region = (page: Page, name: string) => page.getByRole('region', { name })

const outputOf = ({ expect: expected }: ActionCase) => ('output' in expected ? expected.output : undefined)

async function actionsOf(name: string): Promise<ActionSchemas> {
  const version = await client.skills.version({ params: { publisher: 'guildhall', name, version: '1.0.0' } })
  return version.actions
}

async function attach(page: Page, files: Record<string, string>): Promise<void> {
  const chosen = Object.entries(files).map(([name, text]) => ({
    name,
    mimeType: 'text/csv',
    buffer: Buffer.from(text),
  }))
  if (chosen.length > 0) await page.locator('input[type=file]').setInputFiles(chosen)
}

/** Presses the button, and reads the result that the page shows at the end. */
async function resultOf(page: Page, action: string): Promise<unknown> {
  await button(page, action === 'run' ? 'Run' : `Run ${action}`).click()
  await page.locator('[data-run-status=succeeded]').waitFor()
  return JSON.parse((await region(page, 'Result').textContent()) ?? '')
}

beforeAll(async () => {
  stage = await openStage({ GUILDHALL_SEED: 'on' })
  const guest = createGuildhall({ baseUrl: stage.url })
  const { tokens } = await guest.auth.register({ body: { ...ada, transport: 'bearer' } })
  if (!tokens) throw new Error('No tokens were given')
  client = createGuildhall({ baseUrl: stage.url, token: tokens.accessToken })
  // Skills that call others find them in the library of the person.
  for (const name of new Set(cases.map((one) => one.name))) await installExample(client, name)
  visitor = await stage.newVisitor('examples', { colorScheme: 'light', width: 1280 })
  await signIn(visitor, ada)
}, 300_000)

afterAll(async () => {
  await stage.clear(false)
  await stage.close()
})

describe('every action of every example runs on its page', () => {
  test.each(cases)('$title', async ({ title, name, given }) => {
    onTestFailed(() => console.error(visitor.page.url()))
    const { page, open, inspect, complaints } = visitor
    const { id } = await installExample(client, name, given.storage)
    const { input } = (await actionsOf(name))[given.action] ?? {}
    await open(`/library/${id}/run?action=${given.action}`)
    ways[await fillInput(page, input, JsonObject.parse(given.input))] += 1
    await attach(page, given.files)
    expect(await resultOf(page, given.action)).toEqual(outputOf(given))
    if (LOOKED_AT.includes(title)) await inspect(title)
    expect(complaints.splice(0)).toEqual([])
  })

  test('none is left out, and both ways of writing an input are used', () => {
    expect(cases.length).toBeGreaterThanOrEqual(22)
    expect(Math.min(ways.form, ways.json)).toBeGreaterThanOrEqual(5)
  })
})

test('input goes from the form to JSON and back; what cannot be read or does not fit is not run, and says why', async () => {
  const someone = await stage.newVisitor('by hand', { colorScheme: 'dark', width: 390 })
  const { page, open, inspect, complaints } = someone
  await signIn(someone, ada)
  const { id } = await installExample(client, 'csv-profiler')
  await open(`/library/${id}/run?action=inferSchema`)
  const run = button(page, 'Run inferSchema')
  await run.click()
  await page.getByText('There is no data: paste it into text, or attach a CSV file.', { exact: true }).waitFor()
  await inspect('failed')
  await page.getByLabel('Table').fill('a,b\n1,2\n')
  await button(page, 'Write it as JSON').click()
  const editor = page.getByLabel('Input as JSON')
  expect(JSON.parse(await editor.inputValue())).toMatchObject({ text: 'a,b\n1,2\n', delimiter: 'auto' })
  const attempts: string[] = []
  page.on('request', (request) => {
    if (request.method() === 'POST') attempts.push(request.url())
  })
  await editor.fill('{"text": ')
  await run.click()
  await page.getByText('This is not valid JSON').waitFor()
  expect(await button(page, 'Back to the form').isDisabled()).toBe(true)
  expect(attempts).toEqual([])
  await editor.fill('{"text": 5, "missing": [""], "colour": "blue"}')
  await run.click()
  await page.getByText('The input does not match the action').waitFor()
  await page.getByText(/text: Must be string\./).waitFor()
  await page.getByText(/Must NOT have additional properties \("colour"\)\./).waitFor()
  expect(await editor.getAttribute('aria-invalid')).toBe('true')
  await inspect('JSON that does not fit')
  await editor.fill('{"text": "a,b\\n1,x\\n", "missing": ["", "x"]}')
  await button(page, 'Back to the form').click()
  expect(await page.getByRole('textbox', { name: 'Missing values 1' }).inputValue()).toBe('')
  expect(await page.getByRole('textbox', { name: 'Missing values 2' }).inputValue()).toBe('x')
  expect(await resultOf(page, 'inferSchema')).toMatchObject({ rows: 1, schema: { properties: { b: {} } } })
  await inspect('by hand and back')
  expect(complaints).toEqual([])
})

test('the library names what a workflow may call, and looks for newer versions of it', async () => {
  const { page, open, inspect, complaints } = visitor
  await open('/library')
  const entry = page.getByRole('article').filter({ hasText: '@guildhall/release-notes' })
  await entry.getByRole('button', { name: /permission/ }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('heading', { name: 'It may call' }).waitFor()
  const called = await dialog
    .getByRole('listitem')
    .filter({ has: page.getByRole('link') })
    .allTextContents()
  expect(called).toEqual(['@guildhall/changelog-from-commits1.0.0', '@guildhall/text-readability1.0.0'])
  await inspect('what it may call')
  await button(page, 'Look for newer versions').click()
  await page.getByText('There is nothing newer that it may call.').waitFor()
  expect(complaints).toEqual([])
})
