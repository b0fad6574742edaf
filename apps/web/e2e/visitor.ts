import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** The title goes and comes back while a page is asked for anew; only what stays away is a fault. */
const LOOKED_AT_APART = ['document-title']
const TITLED_WITHIN_MS = 10_000

/** Somebody with a browser of their own, whose every page is watched. */
export interface Visitor {
  page: Page
  /** Opens an address of the site. */
  open: (path: string) => Promise<void>
  /** Looks closely at the page as it stands: accessibility and width. Say what it is, for the report. */
  inspect: (what: string) => Promise<void>
  /** All that was wrong so far: console, network, accessibility, width. */
  complaints: string[]
  close: () => Promise<void>
}

export interface VisitorOptions extends BrowserContextOptions {
  name: string
  origin: string
}

/** A message that the browser itself writes for a status that the test asked for. */
const isExpectedStatus = (text: string): boolean => /the server responded with a status of (40[0149]|422) /.test(text)

function watch(page: Page, origin: string, complain: (complaint: string) => void): void {
  page.on('console', (message) => {
    const text = message.text()
    if (['error', 'warning'].includes(message.type()) && !isExpectedStatus(text)) complain(`console: ${text}`)
  })
  page.on('pageerror', (error) => complain(`error: ${error.message}`))
  page.on('request', (request) => {
    const url = request.url()
    if (!url.startsWith(`${origin}/`) && !/^(data|blob):/.test(url)) complain(`left the origin: ${url}`)
  })
}

async function accessibilityComplaints(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).withTags(RULES).disableRules(LOOKED_AT_APART).analyze()
  return violations.map(({ id, nodes }) => `axe ${id}: ${nodes.map(({ target }) => target.join(' ')).join(' | ')}`)
}

async function titleComplaints(page: Page): Promise<string[]> {
  const isTitled = page.waitForFunction(() => document.title.trim() !== '', null, { timeout: TITLED_WITHIN_MS })
  return isTitled.then(
    () => [],
    () => ['the page has no title'],
  )
}

/** Whether React has taken over the content, so that what is typed is not lost. It leaves its mark on every element then. */
const isAlive = (): boolean =>
  Object.keys(document.querySelector('main h1') ?? {}).some((name) => name.startsWith('__reactProps'))

/** Whether colours and places have stopped changing: half way between two readable colours lies one that is not. */
const isAtRest = (): boolean =>
  document.getAnimations().every(({ playState, effect }) => {
    const lastsForever = effect?.getComputedTiming().endTime === Number.POSITIVE_INFINITY
    return lastsForever || playState !== 'running'
  })

/** Opens a browser for somebody. With GUILDHALL_SCREENSHOTS set to a folder, every page looked at is also kept as a picture. */
export async function visit(browser: Browser, { name, origin, ...options }: VisitorOptions): Promise<Visitor> {
  const context = await browser.newContext({ baseURL: origin, ...options })
  const page = await context.newPage()
  const complaints: string[] = []
  watch(page, origin, (complaint) => complaints.push(`${name} at ${new URL(page.url()).pathname}: ${complaint}`))

  const inspect = async (what: string) => {
    // The frame comes first, the content follows on the same connection.
    await page.locator('main h1').first().waitFor({ state: 'attached' })
    await page.waitForFunction(isAtRest)
    const sideways = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    )
    const found = [...(await accessibilityComplaints(page)), ...(await titleComplaints(page))]
    if (sideways > 0) found.push(`the page scrolls sideways by ${sideways} pixels`)
    complaints.push(...found.map((complaint) => `${name}, ${what}: ${complaint}`))
    const folder = process.env['GUILDHALL_SCREENSHOTS']
    if (folder)
      await page.screenshot({ path: join(folder, `${name}-${what}.png`.replaceAll(' ', '-')), fullPage: true })
  }
  const open = async (path: string) => {
    await page.goto(path, { waitUntil: 'load' })
    await page.waitForFunction(isAlive)
  }
  return { page, open, inspect, complaints, close: () => context.close() }
}
