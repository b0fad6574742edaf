import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'
import { startServer } from './server-process.ts'
import { visit, type Visitor } from './visitor.ts'

export interface Account {
  email: string
  password: string
}

export interface Look {
  colorScheme: 'light' | 'dark'
  width: number
}

/** A server with an administrator, and a browser for everybody who comes. */
export interface Stage {
  url: string
  admin: Account
  newVisitor: (name: string, look: Look) => Promise<Visitor>
  /** All that was wrong for the visitors who are here. */
  complaints: () => string[]
  /** Sends everybody home; if the test failed, what the server wrote is told. */
  clear: (hasFailed: boolean) => Promise<void>
  close: () => Promise<void>
}

/** `environment` goes to the server. */
export async function openStage(environment: Record<string, string> = {}): Promise<Stage> {
  const admin = { email: 'chief@example.org', password: 'a long admin password' }
  const folder = await mkdtemp(join(tmpdir(), 'guildhall-web-'))
  const server = await startServer({
    GUILDHALL_DATA_DIR: join(folder, 'data'),
    GUILDHALL_ADMIN_EMAIL: admin.email,
    GUILDHALL_ADMIN_PASSWORD: admin.password,
    ...environment,
  })
  const browser: Browser = await chromium.launch({
    executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-background-networking'],
  })
  const visitors: Visitor[] = []
  return {
    url: server.url,
    admin,
    newVisitor: async (name, { colorScheme, width }) => {
      const viewport = { width, height: 900 }
      const permissions = ['clipboard-write', 'clipboard-read']
      const visitor = await visit(browser, { name, origin: server.url, colorScheme, viewport, permissions })
      visitors.push(visitor)
      return visitor
    },
    complaints: () => visitors.flatMap(({ complaints }) => complaints),
    clear: async (hasFailed) => {
      if (hasFailed) console.error(`The server wrote:\n${server.output().slice(-4000)}`)
      await Promise.all(visitors.splice(0).map(({ close }) => close()))
    },
    close: async () => {
      await browser.close()
      await server.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Signs in by the form. */
export async function signIn({ page, open }: Visitor, account: Account): Promise<void> {
  await open('/auth/login')
  await page.getByLabel('Email').fill(account.email)
  await page.getByLabel('Password').fill(account.password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.waitForURL((url) => url.pathname !== '/auth/login')
}
