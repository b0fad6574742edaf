import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { greeterSkill } from './greeter-skill.ts'
import { openStage, signIn, type Stage } from './stage.ts'
import type { Visitor } from './visitor.ts'
import { zipOf } from './zip.ts'

const author = { name: 'Ada Lovelace', handle: 'ada', email: 'ada@example.org', password: 'a long author password' }

let stage: Stage

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true })
const link = (page: Page, name: string | RegExp) => page.getByRole('link', { name, exact: true })
const archive = (version: string, files = greeterSkill(version)) => ({
  name: `evening-greeter-${version}.zip`,
  mimeType: 'application/zip',
  buffer: zipOf(files),
})

async function handIn({ page, open }: Visitor, file: ReturnType<typeof archive>): Promise<void> {
  await open('/publish')
  await page.locator('input[type=file]').setInputFiles(file)
  await button(page, 'Hand it in').click()
  await page.waitForURL(/\/publish\/sub_/)
}

/** How an address answers at first: the status, and where it leads. */
async function answerOf({ page }: Visitor, path: string): Promise<[number, string | null]> {
  const answer = await page.request.get(path, { maxRedirects: 0 })
  return [answer.status(), answer.headers()['location'] ?? null]
}

async function approve(visitor: Visitor): Promise<void> {
  const { page, open, inspect } = visitor
  await open('/')
  await link(page, 'Open the queue').click()
  await page.getByRole('heading', { name: 'Review queue' }).waitFor()
  await inspect('review queue')
  await link(page, /evening-greeter/).click()
  await page.getByRole('heading', { name: 'What it may touch' }).waitFor()
  await inspect('review of a submission')
  await button(page, 'Reject').click()
  await page.getByText('A rejection needs a reason').waitFor()
  await button(page, 'Approve and release').click()
  await page.getByText('It is being signed and released.').waitFor()
  await inspect('decided')
}

async function installWithConsent({ page, inspect }: Visitor): Promise<void> {
  await button(page, 'Install').click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('Remember values between runs').waitFor()
  expect(await dialog.getByRole('button', { name: 'Install' }).isDisabled()).toBe(true)
  await inspect('consent')
  await dialog.getByLabel('I have read this and allow it').check()
  await dialog.getByRole('button', { name: 'Install' }).click()
  await link(page, 'Run').click()
  await page.waitForURL(/\/library\/ins_.*\/run/)
}

beforeAll(async () => {
  stage = await openStage()
}, 300_000)

afterEach(({ task }) => stage.clear(task.result?.state === 'fail'))

afterAll(() => stage.close())

test('a skill travels from an archive to a streamed result', async () => {
  const ada = await stage.newVisitor('author light wide', { colorScheme: 'light', width: 1440 })
  const chief = await stage.newVisitor('admin dark phone', { colorScheme: 'dark', width: 390 })
  const { page } = ada

  await ada.open('/auth/register?next=%2Fpublish')
  await page.getByLabel('Name').fill(author.name)
  expect(await page.getByLabel('Handle').inputValue()).toBe('ada-lovelace')
  await page.getByLabel('Handle').fill(author.handle)
  await page.getByLabel('Email').fill(author.email)
  await page.getByLabel('Password').fill('short')
  await ada.inspect('register')
  await page.getByLabel('Password').fill(author.password)
  await button(page, 'Create the account').click()
  await page.waitForURL(/\/publish$/)
  await ada.inspect('publish')

  const withoutDescription = { ...greeterSkill('1.0.0'), 'SKILL.md': '---\nname: evening-greeter\nversion: 1\n---\n' }
  await handIn(ada, archive('1.0.0', withoutDescription))
  await page.locator('[data-submission-status=rejected]').waitFor()
  await page.getByText('Missing required field in frontmatter: description').first().waitFor()
  await ada.inspect('rejected submission')

  await handIn(ada, archive('1.0.0'))
  await page.locator('[data-submission-status=in_review]').waitFor()
  await page.locator('[data-stage=validate][data-state=passed]').waitFor()
  expect(await page.locator('[data-stage=scan]').getAttribute('data-state')).not.toBe('passed')
  await page.getByText('its publisher is not verified.').first().waitFor()
  await ada.inspect('submission in review')
  for (const part of ['', '/versions', '/manage'])
    expect(await answerOf(ada, `/skills/ada/evening-greeter${part}`)).toEqual([307, new URL(page.url()).pathname])
  const stranger = await stage.newVisitor('before the release', { colorScheme: 'light', width: 390 })
  expect(await answerOf(stranger, '/skills/ada/evening-greeter')).toEqual([404, null])

  await signIn(chief, stage.admin)
  const review = page.url().replace(/.*\/publish\//, '/admin/review/')
  expect(await answerOf(chief, '/skills/ada/evening-greeter')).toEqual([307, review])
  await approve(chief)
  await page.locator('[data-submission-status=released]').waitFor()
  await ada.inspect('released submission')

  await ada.open('/marketplace')
  await page.getByLabel('Search skills').fill('quixotic')
  await page.getByText('1 skill for “quixotic”').waitFor()
  expect(new URL(page.url()).search).toBe('?text=quixotic')
  await ada.inspect('search')
  await link(page, 'Evening greeter').click()
  await page.getByRole('heading', { name: 'Evening greeter', level: 1 }).waitFor()
  expect(await page.locator('main script, main img').count()).toBe(0)
  expect(await link(page, 'nothing good').count()).toBe(0)
  expect(await link(page, 'a site').getAttribute('rel')).toBe('noopener nofollow ugc')
  await ada.inspect('skill')

  await installWithConsent(ada)
  await ada.inspect('run form')
  await page.getByLabel('How often').fill('7')
  await button(page, 'Run greet').click()
  await page.getByText('This is needed.').waitFor()
  await page.getByText('This must be 3 or less.').waitFor()
  await ada.inspect('run form with problems')

  await page.getByLabel('Who').fill('Grace')
  await page.getByLabel('How often').fill('2')
  await page.getByRole('button', { name: 'Add one' }).click()
  await page.getByRole('textbox', { name: 'Titles 1' }).fill('Admiral')
  await button(page, 'Run greet').click()
  await page.locator('[data-run-status=succeeded]').waitFor()
  const streamed = page.getByRole('log', { name: 'Output as it came' })
  expect(await streamed.textContent()).toBe('Good evening, Admiral Grace. Good evening, Admiral Grace. ')
  expect(JSON.parse((await page.getByRole('region', { name: 'Result' }).textContent()) ?? '')).toEqual({
    greeted: 'Grace',
    count: 1,
  })
  await page.getByText('greeting Grace').waitFor()
  await page.getByText('refused', { exact: true }).waitFor()
  await ada.inspect('run')

  await link(page, 'Open this run on its own page').click()
  await page.getByRole('heading', { name: 'greet', level: 1 }).waitFor()
  // The title comes after the page.
  await expect.poll(() => page.title()).toBe('Run of @ada/evening-greeter greet · Guildhall')
  await ada.inspect('run on its own page')
  await link(page, 'Run it again').click()
  await page.getByText('Filled in as for the').waitFor()
  expect(await page.getByLabel('Who').inputValue()).toBe('Grace')
  expect(await page.getByLabel('How often').inputValue()).toBe('2')
  expect(await page.getByRole('textbox', { name: 'Titles 1' }).inputValue()).toBe('Admiral')
  await ada.inspect('run again')

  expect(stage.complaints()).toEqual([])
})

test('a new version asks for consent again, and a skill can be taken out', async () => {
  const ada = await stage.newVisitor('author dark wide', { colorScheme: 'dark', width: 1440 })
  const chief = await stage.newVisitor('admin light wide', { colorScheme: 'light', width: 1440 })
  await signIn(ada, author)
  const files = { ...greeterSkill('1.1.0'), 'permissions.json': JSON.stringify({ storage: true, clipboard: true }) }
  await handIn(ada, archive('1.1.0', files))
  await ada.page.locator('[data-submission-status=in_review]').waitFor()
  await ada.open('/skills/ada/evening-greeter/versions')
  await ada.inspect('a version that is not released yet')
  await link(ada.page, /^Submission/).click()
  await ada.page.locator('[data-submission-status=in_review]').waitFor()
  await signIn(chief, stage.admin)
  await approve(chief)
  await ada.page.locator('[data-submission-status=released]').waitFor()

  await ada.open('/library')
  await ada.inspect('library with an update')
  await button(ada.page, 'Update to 1.1.0').click()
  const dialog = ada.page.getByRole('dialog')
  await dialog.getByText('new in this version').waitFor()
  await ada.inspect('consent to an update')
  await dialog.getByLabel('I have read this and allow it').check()
  await dialog.getByRole('button', { name: 'Update' }).click()
  await ada.page.getByText('@ada/evening-greeter 1.1.0').waitFor()

  await button(ada.page, 'Uninstall').click()
  await dialog.getByRole('button', { name: 'Uninstall' }).click()
  await ada.page.getByText('Your library is empty').waitFor()
  await ada.page.getByRole('status').getByText('Evening greeter is uninstalled.').waitFor()
  await ada.inspect('empty library')

  expect(stage.complaints()).toEqual([])
})

test('the audit log names people, not their ids', async () => {
  const chief = await stage.newVisitor('audit', { colorScheme: 'light', width: 390 })
  await signIn(chief, stage.admin)
  await chief.open('/admin/audit')
  const handedIn = chief.page.getByRole('row', { name: /submission.created/ })
  await handedIn.getByRole('link', { name: '@ada' }).first().waitFor()
  expect(await chief.page.getByRole('table').textContent()).not.toContain('usr_')
  expect(chief.complaints).toEqual([])
})

const publicPages = [
  '/',
  '/marketplace',
  '/marketplace/communication',
  '/marketplace?text=nothing-has-this-name',
  '/skills/ada/evening-greeter',
  '/skills/ada/evening-greeter/versions',
  '/skills/ada/evening-greeter/diff?from=1.0.0&to=1.1.0',
  '/skills/ada/evening-greeter/dependencies',
  '/skills/ada/evening-greeter/files?path=references%2Fmanners.md',
  '/skills/ada/evening-greeter/permissions',
  '/skills/ada/evening-greeter/actions',
  '/ada',
  '/auth/login',
  '/auth/register',
  '/docs',
  '/docs/cli',
  '/docs/run',
  '/docs/errors',
  '/nobody-has-this-handle',
  '/skills/ada/there-is-no-such-skill',
]
const ownPages = [
  '/',
  '/library',
  '/publish',
  '/publish/git',
  '/executions',
  '/profile',
  '/profile/keys',
  '/profile/transfers',
  '/skills/ada/evening-greeter/manage',
]
const adminPages = ['/admin', '/admin/review', '/admin/users', '/admin/audit']

test.each([
  { colorScheme: 'light', width: 390 },
  { colorScheme: 'dark', width: 1440 },
] as const)(
  'every page is in order, $colorScheme and $width pixels wide',
  async (look) => {
    const name = `${look.colorScheme} ${look.width}`
    const stranger = await stage.newVisitor(`stranger ${name}`, look)
    for (const path of publicPages) {
      await stranger.open(path)
      await stranger.inspect(path.replaceAll('/', ' '))
    }
    const chief = await stage.newVisitor(`chief ${name}`, look)
    await signIn(chief, stage.admin)
    for (const path of [...ownPages, ...adminPages]) {
      await chief.open(path)
      await chief.inspect(path.replaceAll('/', ' '))
    }
    expect([...stranger.complaints, ...chief.complaints]).toEqual([])
  },
  240_000,
)

test('the addresses of guides lead somewhere, those of before too', async () => {
  const { page } = await stage.newVisitor('reader', { colorScheme: 'light', width: 1440 })
  const lead = async (path: string) => {
    const response = await page.request.get(path)
    return [path, response.status(), new URL(response.url()).pathname]
  }
  expect(await Promise.all(['/docs/tools', '/docs/api', '/docs/install', '/docs/no-such-guide'].map(lead))).toEqual([
    ['/docs/tools', 200, '/docs/tools'],
    ['/docs/api', 200, '/docs/api'],
    ['/docs/install', 200, '/docs/install-and-run'],
    ['/docs/no-such-guide', 404, '/docs/no-such-guide'],
  ])
})

test('everything can be reached by keyboard', async () => {
  const { page, open, inspect, complaints } = await stage.newVisitor('keyboard', { colorScheme: 'light', width: 1440 })
  await open('/')
  await page.keyboard.press('Tab')
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to the content')
  await page.keyboard.press('Enter')
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('main')

  await page.keyboard.press('Control+k')
  await page.getByPlaceholder('Find a skill, or go to a page').fill('greeter')
  await page.getByRole('option', { name: /Evening greeter/ }).waitFor()
  await inspect('command palette')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Evening greeter', level: 1 }).waitFor()

  await page.keyboard.press('Control+k')
  await page.getByPlaceholder('Find a skill, or go to a page').fill('qqqq')
  await page.getByRole('option', { name: /similar spellings/ }).waitFor()
  await inspect('command palette without results')
  await page.keyboard.press('Enter')
  await page.getByText('No skills for “qqqq”').waitFor()
  expect(complaints).toEqual([])
})

test('the appearance that was chosen is there before any script runs', async () => {
  const { page, open, complaints } = await stage.newVisitor('theme', { colorScheme: 'light', width: 1440 })
  await open('/')
  await button(page, 'Menu').click()
  await page.getByRole('menuitemradio', { name: 'Dark' }).click()
  const html = await (await page.request.get('/')).text()
  expect(html).toMatch(/<html[^>]*data-theme="dark"/)
  expect(complaints).toEqual([])
})

test('an address that is there for its owner only leads to signing in and back', async () => {
  const { page, open, inspect, complaints } = await stage.newVisitor('signed out', {
    colorScheme: 'light',
    width: 390,
  })
  await open('/skills/ada/there-is-no-such-skill?a=b')
  await inspect('nothing here')
  await page.getByRole('main').getByRole('link', { name: 'Sign in' }).click()
  await page.getByLabel('Password').waitFor()
  expect(new URL(page.url()).searchParams.get('next')).toBe('/skills/ada/there-is-no-such-skill?a=b')
  expect(complaints).toEqual([])
})

test('a publisher is verified on its page, and loses the mark there', async () => {
  const chief = await stage.newVisitor('verifying', { colorScheme: 'light', width: 390 })
  const { page } = chief
  await signIn(chief, stage.admin)
  await chief.open('/ada')
  await button(page, 'Verify').click()
  await chief.inspect('verify')
  await page.getByRole('dialog').getByRole('button', { name: 'Verify' }).click()
  await page.getByText('@ada is a verified publisher now.').waitFor()
  await button(page, 'Take the mark away').click()
  await page.getByRole('dialog').getByRole('button', { name: 'Take the mark away' }).click()
  await button(page, 'Verify').waitFor()
  expect(chief.complaints).toEqual([])
})

test('a key is shown once and can be revoked', async () => {
  const ada = await stage.newVisitor('keys light phone', { colorScheme: 'light', width: 390 })
  const { page } = ada
  await signIn(ada, author)
  await ada.open('/profile/keys')
  await page.getByRole('textbox', { name: 'Name' }).fill('Build server')
  await button(page, 'Create the key').click()
  const dialog = page.getByRole('dialog')
  const secret = await dialog.locator('code').textContent()
  expect(secret?.length).toBeGreaterThan(20)
  await ada.inspect('new key')
  await dialog.getByRole('button', { name: 'I have kept it' }).click()
  await page.getByRole('cell', { name: 'Build server', exact: true }).waitFor()
  expect(await page.content()).not.toContain(secret)
  await button(page, 'Revoke Build server').click()
  await dialog.getByRole('button', { name: 'Revoke', exact: true }).click()
  await page.getByText('No keys').waitFor()
  expect(ada.complaints).toEqual([])
})

test('a password is changed, and the old one is refused', async () => {
  const ada = await stage.newVisitor('password', { colorScheme: 'light', width: 390 })
  const { page } = ada
  await signIn(ada, author)
  await ada.open('/profile')
  await page.getByLabel('Current password').fill('not the password')
  await page.getByLabel('New password').fill('a longer author password')
  await button(page, 'Change the password').click()
  await page.getByRole('alert').getByText('is wrong').waitFor()
  await page.getByLabel('Current password').fill(author.password)
  await button(page, 'Change the password').click()
  await page.getByText('Changed. Every other session has ended.').waitFor()
  await ada.inspect('profile')
  expect(ada.complaints).toEqual([])
})

test('the last administrator cannot be taken away', async () => {
  const chief = await stage.newVisitor('last admin', { colorScheme: 'dark', width: 1440 })
  await signIn(chief, stage.admin)
  await chief.open('/admin/users')
  const { page } = chief
  await page.getByLabel('Role of Administrator').selectOption('user')
  await chief.inspect('a change of role')
  await button(page, 'Take administration away').click()
  await page.getByRole('alert').getByText('The last administrator cannot go').waitFor()
  await button(page, 'Leave it').click()
  expect(await chief.page.getByLabel('Role of Administrator').inputValue()).toBe('admin')
  expect(chief.complaints).toEqual([])
})
