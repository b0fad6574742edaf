import { createGuildhall, type Guildhall } from '@guildhall/sdk'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { greeterSkill } from './greeter-skill.ts'
import { openStage, signIn, type Stage } from './stage.ts'
import { zipOf } from './zip.ts'

const ada = { name: 'Ada Lovelace', handle: 'ada', email: 'ada@example.org', password: 'a long author password' }
const bob = { name: 'Bob Builder', handle: 'bob', email: 'bob@example.org', password: 'a long second password' }
const wide = { colorScheme: 'light', width: 1280 } as const
const phone = { colorScheme: 'dark', width: 390 } as const

let stage: Stage

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true })
const dialogButton = (page: Page, name: string) => page.getByRole('dialog').getByRole('button', { name })

/** A client of the API for an account. */
async function clientOf(email: string, password: string): Promise<Guildhall> {
  const visitor = createGuildhall({ baseUrl: stage.url })
  const { tokens } = await visitor.auth.login({ body: { email, password, transport: 'bearer' } })
  if (!tokens) throw new Error('No tokens were given')
  return createGuildhall({ baseUrl: stage.url, token: tokens.accessToken })
}

interface Release {
  files: Record<string, string>
  changelog?: string
  visibility?: 'private'
}

/** Hands a package in by the API and opens the page of its submission until it says that it is released. */
async function release(page: Page, client: Guildhall, { files, changelog, visibility }: Release): Promise<void> {
  const query = { filename: 'skill.zip', ...(changelog && { changelog }), ...(visibility && { visibility }) }
  const sent = { bytes: new Uint8Array(zipOf(files)), idempotencyKey: crypto.randomUUID() }
  const { id } = await client.publishing.submit({ params: { publisher: 'ada' }, query }, sent)
  await page.goto(`/publish/${id}`)
  await page.locator('[data-submission-status=released]').waitFor()
}

beforeAll(async () => {
  stage = await openStage()
  const visitor = createGuildhall({ baseUrl: stage.url })
  for (const account of [ada, bob]) await visitor.auth.register({ body: { ...account, transport: 'bearer' } })
  const chief = await clientOf(stage.admin.email, stage.admin.password)
  for (const publisher of ['ada', 'bob'])
    await chief.admin.changePublisher({ params: { publisher }, body: { verified: true } })
}, 300_000)

afterEach(({ task }) => stage.clear(task.result?.state === 'fail'))

afterAll(() => stage.close())

test('two versions are compared, one is yanked and comes back', async () => {
  const visitor = await stage.newVisitor('versions', wide)
  const { page, open, inspect } = visitor
  await signIn(visitor, ada)
  const client = await clientOf(ada.email, ada.password)
  await release(page, client, { files: greeterSkill('1.0.0') })
  const next = {
    ...greeterSkill('1.1.0'),
    'permissions.json': JSON.stringify({ storage: true, clipboard: true }),
    'references/manners.md': '# Manners\n\nSay good evening, and mean it.\n',
    'assets/logo.bin': '\u0000\u0001',
  }
  await release(page, client, { files: next, changelog: '- means it\n- <script>alert(1)</script>' })

  await open('/skills/ada/evening-greeter/versions')
  await page.getByText('means it').waitFor()
  expect(await page.locator('main script').count()).toBe(0)
  await inspect('versions')
  await page.getByLabel('From').selectOption('1.0.0')
  await button(page, 'Compare').click()
  await page.getByRole('heading', { name: 'Changes from 1.0.0 to 1.1.0' }).waitFor()
  await page.getByText('Asks for this too').waitFor()
  await page.getByText('Use the clipboard').waitFor()
  await page.getByText('Say good evening, and mean it.').waitFor()
  await page.getByText('new, binary').first().waitFor()
  const fold = page.locator('summary', { hasText: 'references/manners.md' })
  await fold.focus()
  await page.keyboard.press('Enter')
  await page.getByText('Say good evening, and mean it.').waitFor({ state: 'hidden' })
  await inspect('diff')

  await open('/skills/ada/evening-greeter/manage')
  await button(page, 'Yank version 1.1.0').click()
  expect(await dialogButton(page, 'Yank').isDisabled()).toBe(true)
  await page.getByRole('dialog').getByLabel('Reason').fill('It means it too much.')
  await inspect('yank')
  await dialogButton(page, 'Yank').click()
  await button(page, 'Restore version 1.1.0').waitFor()
  await page.getByText('It means it too much.').waitFor()
  await inspect('manage')
  const stranger = await stage.newVisitor('versions for a stranger', phone)
  await stranger.open('/skills/ada/evening-greeter/versions')
  await stranger.page.getByText('yanked', { exact: true }).waitFor()
  await stranger.page.getByText('It means it too much.').waitFor()
  await stranger.inspect('yanked version')
  expect(await stranger.page.getByRole('link', { name: 'Manage' }).count()).toBe(0)

  await button(page, 'Restore version 1.1.0').click()
  await dialogButton(page, 'Restore').click()
  await button(page, 'Yank version 1.1.0').waitFor()
  expect(stage.complaints()).toEqual([])
})

test('a file is highlighted, a line of it is linked to, and its text is copied', async () => {
  const { page, open, inspect } = await stage.newVisitor('files', phone)
  await open('/skills/ada/evening-greeter/files?path=bot-logic.js#L4')
  const line = page.locator('#L4')
  expect(await line.evaluate((element) => element.matches(':target'))).toBe(true)
  expect(await page.getByText('const', { exact: true }).first().getAttribute('class')).toContain('font-bold')
  await button(page, 'Copy the content of the file').click()
  await page.getByText('Copied').waitFor()
  const copied = await page.evaluate(() => navigator.clipboard.readText())
  expect(copied).toContain("ctx.console.log('greeting', input.name)\n")
  await inspect('a linked line')
  expect(stage.complaints()).toEqual([])
})

test('an old name leads to the new one for ever', async () => {
  const visitor = await stage.newVisitor('rename', wide)
  const { page, open, inspect } = visitor
  await signIn(visitor, ada)
  await open('/skills/ada/evening-greeter/manage')
  await page.getByLabel('New name').fill('Not A Name')
  await button(page, 'Rename').click()
  await page.getByText('must be lower-case letters').waitFor()
  await page.getByLabel('New name').fill('night-greeter')
  await button(page, 'Rename').click()
  await inspect('rename')
  await dialogButton(page, 'Rename').click()
  await page.waitForURL(/night-greeter\/manage$/)
  const answer = await page.request.get('/skills/ada/evening-greeter/versions', { maxRedirects: 0 })
  expect([answer.status(), answer.headers()['location']]).toEqual([308, '/skills/ada/night-greeter/versions'])
  await open('/skills/ada/evening-greeter')
  expect(new URL(page.url()).pathname).toBe('/skills/ada/night-greeter')
  await page.getByText('Signed as').waitFor()
  await inspect('renamed')
  expect(stage.complaints()).toEqual([])
})

test('nobody but its publisher sees a private skill', async () => {
  const author = await stage.newVisitor('private', wide)
  await signIn(author, ada)
  const client = await clientOf(ada.email, ada.password)
  const text = '---\nname: secret-plans\ndescription: Keeps clandestine plans to itself.\n---\n# Plans\n'
  await release(author.page, client, { files: { 'SKILL.md': text }, visibility: 'private' })
  await author.open('/skills/ada/secret-plans')
  await author.page.getByText('Only its publisher sees this skill.').waitFor()
  await author.inspect('private skill')
  await author.open('/marketplace?text=clandestine')
  await author.page.getByText('private', { exact: true }).waitFor()

  const stranger = await stage.newVisitor('a stranger', phone)
  for (const part of ['', '/versions', '/files', '/manage', '/diff', '/dependencies']) {
    const answer = await stranger.page.request.get(`/skills/ada/secret-plans${part}`)
    expect([part, answer.status(), (await answer.text()).includes('clandestine')]).toEqual([part, 404, false])
  }
  await stranger.open('/marketplace?text=clandestine')
  await stranger.page.getByText('No skills for “clandestine”').waitFor()
  expect(stage.complaints()).toEqual([])
})

test('a skill is offered, announced and taken over', async () => {
  const author = await stage.newVisitor('offer', wide)
  await signIn(author, ada)
  await author.open('/skills/ada/night-greeter/manage')
  await author.page.getByLabel('To the publisher').fill('nobody-at-all')
  await button(author.page, 'Offer it').click()
  await author.page.getByText('No such publisher').waitFor()
  await author.page.getByLabel('To the publisher').fill('@bob')
  await button(author.page, 'Offer it').click()
  await author.page.getByText('offered to').waitFor()
  await author.inspect('offered')

  const taker = await stage.newVisitor('taker', phone)
  await signIn(taker, bob)
  await taker.open('/')
  await taker.page.getByText('A skill is offered to you').waitFor()
  await taker.inspect('dashboard with an offer')
  await taker.page.getByRole('link', { name: 'Answer' }).click()
  await button(taker.page, 'Accept @ada/night-greeter').click()
  await taker.inspect('accept')
  await dialogButton(taker.page, 'Accept').click()
  await taker.page.getByText('accepted', { exact: true }).waitFor()
  await taker.inspect('transfers')
  await taker.open('/skills/ada/night-greeter')
  expect(new URL(taker.page.url()).pathname).toBe('/skills/bob/night-greeter')
  expect(stage.complaints()).toEqual([])
})

test('a repository that may not be fetched is refused, with the reason', async () => {
  const visitor = await stage.newVisitor('import', wide)
  const { page, open, inspect } = visitor
  await signIn(visitor, ada)
  await open('/publish/git')
  await button(page, 'owner/repo@seo-writer').click()
  expect(await page.getByLabel('Repository').inputValue()).toBe('owner/repo@seo-writer')
  await page.getByLabel('Repository').fill('--upload-pack=touch /tmp/x')
  await button(page, 'Import').click()
  await page.getByText('This source cannot be imported').waitFor()
  await inspect('refused source')
  await page.getByLabel('Repository').fill('https://127.0.0.1:9/owner/repo.git')
  await button(page, 'Import').click()
  await page.locator('[data-import-status=failed]').waitFor()
  await page.getByText('The repository was not imported').waitFor()
  await inspect('failed import')
  await open('/publish/git')
  await page.getByRole('link', { name: 'https://127.0.0.1:9/owner/repo.git' }).waitFor()
  expect(stage.complaints()).toEqual([])
})

test('the marketplace narrows in place, suggests, and goes back', async () => {
  const { page, open, inspect } = await stage.newVisitor('marketplace', wide)
  await open('/marketplace')
  const all = await page.getByRole('status').first().textContent()
  await page.getByRole('link', { name: /^JavaScript/ }).click()
  await page.waitForURL(/kind=javascript/)
  await page.getByText(all ?? '').waitFor({ state: 'hidden' })
  await page.goBack()
  await page.getByText(all ?? '').waitFor()
  await page.goForward()
  const search = page.getByRole('combobox', { name: 'Search skills' })
  await search.pressSequentially('night')
  await page.getByRole('option', { name: /night-greeter/ }).waitFor()
  await page.keyboard.press('ArrowDown')
  expect(await search.getAttribute('aria-activedescendant')).not.toBeNull()
  await inspect('suggestions')
  await page.keyboard.press('Enter')
  await page.waitForURL(/night-greeter$/)
  await page.goBack()
  expect(await search.inputValue()).toBe('night')
  await search.fill('evning greter')
  await button(page, 'evening greeter').click()
  await page.getByText(/for “evening greeter”/).waitFor()
  expect(stage.complaints()).toEqual([])
})
