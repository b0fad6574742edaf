import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const node = join(dirname(createRequire(import.meta.url).resolve('node/package.json')), 'bin', 'node')
const entry = fileURLToPath(new URL('../../server/src/processes/all.ts', import.meta.url))

const STOP_MS = 15_000

export interface ServerProcess {
  url: string
  /** What it has written so far. */
  output: () => string
  stop: () => Promise<void>
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
  await ended
  clearTimeout(timer)
}

/** Starts the whole server on a free port, as `npm start` does, and waits for its ready line. */
export async function startServer(environment: Record<string, string>): Promise<ServerProcess> {
  const env = { PATH: process.env['PATH'] ?? '', NODE_ENV: 'production' as const, PORT: '0', ...environment }
  const child = spawn(node, [entry], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  const ready = Promise.withResolvers<string>()
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString()
      const url = /Guildhall is ready at (http:\/\/\S+)/.exec(output)?.[1]
      if (url !== undefined) ready.resolve(url)
    })
  child.once('error', ready.reject)
  child.once('exit', (code) => ready.reject(new Error(`The server ended with ${code} before it was ready:\n${output}`)))
  return { url: await ready.promise, output: () => output, stop: () => stop(child) }
}
