#!/usr/bin/env node
import module from 'node:module'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { quickAnswer } from './quick-answer.ts'

/** Compiled modules are kept between runs, below a folder that only this user writes to. Node 20 cannot do that yet. */
function keepCompiledModules(): void {
  const cacheHome = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache')
  if ('enableCompileCache' in module) module.enableCompileCache(join(cacheHome, 'guildhall', 'compiled'))
}

// A reader that has seen enough (`guildhall search | head`) is not a failure.
function endWithReader(stream: NodeJS.WriteStream): void {
  stream.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))
}

endWithReader(process.stdout)
const argv = process.argv.slice(2)
const answer = await quickAnswer(argv)
if (answer === null) {
  keepCompiledModules()
  endWithReader(process.stderr)
  const { processHost } = await import('./host.ts')
  const { runCli } = await import('./run-cli.ts')
  process.exitCode = await runCli(argv, processHost())
} else process.stdout.write(answer)
