import { join } from 'node:path'
import type { NextConfig } from 'next'

// Read by Next.js while it starts, which is why it is set here and not in a script.
process.env['NEXT_TELEMETRY_DISABLED'] = '1'

const repository = join(import.meta.dirname, '..', '..')

const config: NextConfig = {
  transpilePackages: ['@guildhall/contracts', '@guildhall/sdk'],
  poweredByHeader: false,
  reactStrictMode: true,
  images: { unoptimized: true },
  // Types are checked once for the whole repository by `npm run check`.
  typescript: { ignoreBuildErrors: true },
  outputFileTracingRoot: repository,
  turbopack: { root: repository },
}

export default config
