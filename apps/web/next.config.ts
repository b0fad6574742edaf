import { join } from 'node:path'
import type { NextConfig } from 'next'

// Read by Next.js while it starts, which is why it is set here and not in a script.
process.env['NEXT_TELEMETRY_DISABLED'] = '1'

const repository = join(import.meta.dirname, '..', '..')

/** Where the guides stood before `/docs` showed those of docs/guides. */
const formerGuides = [
  { source: '/docs/publish', destination: '/docs/publish-a-skill', permanent: true },
  { source: '/docs/install', destination: '/docs/install-and-run', permanent: true },
  { source: '/docs/run', destination: '/docs/install-and-run#run', permanent: true },
]

const config: NextConfig = {
  transpilePackages: ['@guildhall/contracts', '@guildhall/sdk'],
  poweredByHeader: false,
  reactStrictMode: true,
  images: { unoptimized: true },
  // Types are checked once for the whole repository by `npm run check`.
  typescript: { ignoreBuildErrors: true },
  outputFileTracingRoot: repository,
  turbopack: {
    root: repository,
    // The guides are part of the build: a server needs no file of docs at run time.
    rules: { '*.md': { condition: { query: '?raw' }, type: 'text' } },
  },
  redirects: async () => formerGuides,
}

export default config
