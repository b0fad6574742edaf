#!/usr/bin/env node
import { enableCompileCache } from 'node:module'

// Compiled modules are kept between runs, so everything else is loaded after this line.
enableCompileCache()
const { processHost } = await import('./host.ts')
const { runCli } = await import('./run-cli.ts')

// A reader that has seen enough (`guildhall search | head`) is not a failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))

process.exitCode = await runCli(process.argv.slice(2), processHost())
