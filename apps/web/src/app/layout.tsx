import './globals.css'
import type { Metadata, Viewport } from 'next'
import { cookies } from 'next/headers'
import type { ReactNode } from 'react'
import { SiteFooter } from '../features/shell/site-footer.tsx'
import { SiteHeader } from '../features/shell/site-header.tsx'
import { ResultMemoryProvider } from '../features/skills/result-memory.tsx'
import { currentUser } from '../lib/session.ts'
import { THEME_COOKIE, themeOf } from '../lib/theme.ts'
import { DoneLineProvider } from '../ui/done-line.tsx'

/** Every page carries the nonce of its own request, so none may be made ahead of time. */
export const dynamic = 'force-dynamic'

export const metadata: Metadata = {
  title: { default: 'Guildhall', template: '%s · Guildhall' },
  description: 'Publish agent skills once; find them, check what they may touch, and run them.',
}

export const viewport: Viewport = {
  colorScheme: 'light dark',
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#faf7f0' },
    { media: '(prefers-color-scheme: dark)', color: '#161512' },
  ],
}

export default async function RootLayout({ children }: { children: ReactNode }) {
  const [user, jar] = await Promise.all([currentUser(), cookies()])
  const theme = themeOf(jar.get(THEME_COOKIE)?.value)
  return (
    <html lang="en" data-theme={theme}>
      <body className="flex flex-col">
        <a
          href="#main"
          className="absolute start-4 top-2 z-50 -translate-y-20 bg-paper px-4 py-2 font-[550] text-accent focus:translate-y-0"
        >
          Skip to the content
        </a>
        <SiteHeader user={user} theme={theme} />
        <main id="main" tabIndex={-1} className="mx-auto w-full max-w-6xl flex-1 px-4 pt-10 pb-20 outline-none sm:px-6">
          <DoneLineProvider>
            <ResultMemoryProvider>{children}</ResultMemoryProvider>
          </DoneLineProvider>
        </main>
        <SiteFooter />
      </body>
    </html>
  )
}
