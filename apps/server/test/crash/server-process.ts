import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { API_PREFIX, type JsonValue } from '@guildhall/contracts'

const NODE = join(dirname(createRequire(import.meta.url).resolve('node/package.json')), 'bin', 'node')
const ENTRY = fileURLToPath(new URL('../../src/processes/all.ts', import.meta.url))
const READY_WITHIN_MS = 60_000

/** The whole server as a process of its own, that can be killed. */
export interface ServerProcess {
  url: string
  pid: number
  /** kill -9, and waits until it is gone. */
  kill(): Promise<void>
  /** SIGTERM: the server drains, then ends. The exit code. */
  stop(): Promise<number | null>
}

async function gone(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = once(child, 'exit')
    child.kill(signal)
    await ended
  }
  return child.exitCode
}

/** Starts the server on a free port and waits for its ready line. It has no web interface, no seeds and no limits. */
export async function startServer(env: Record<string, string>): Promise<ServerProcess> {
  const plain = { GUILDHALL_WEB: 'off', GUILDHALL_SEED: 'off', GUILDHALL_RATE_LIMIT: '0', GUILDHALL_REVIEW: 'nobody' }
  const child = spawn(NODE, [ENTRY], {
    env: { ...process.env, NODE_ENV: 'production', PORT: '0', ...plain, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const ready = Promise.withResolvers<string>()
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString()
      const url = /Guildhall is ready at http:\/\/localhost:(\d+)/.exec(output)?.[1]
      if (url !== undefined) ready.resolve(`http://127.0.0.1:${url}`)
    })
  }
  child.once('exit', (code) => ready.reject(new Error(`the server ended with ${code} before it was ready:\n${output}`)))
  const timer = setTimeout(() => ready.reject(new Error(`not ready in time:\n${output}`)), READY_WITHIN_MS)
  try {
    const url = await ready.promise
    const pid = child.pid ?? 0
    return { url, pid, kill: async () => void (await gone(child, 'SIGKILL')), stop: () => gone(child, 'SIGTERM') }
  } catch (error) {
    await gone(child, 'SIGKILL')
    throw error
  } finally {
    clearTimeout(timer)
  }
}

export interface ApiRequest {
  method?: 'GET' | 'POST'
  /** API key or access token. */
  token?: string
  body?: JsonValue | Uint8Array<ArrayBuffer>
  headers?: Record<string, string>
  signal?: AbortSignal
}

/** One request to the API; `path` is below `/api/v1`. */
export async function callApi(server: ServerProcess, path: string, request: ApiRequest = {}): Promise<Response> {
  const isBytes = request.body instanceof Uint8Array
  const type = isBytes ? 'application/octet-stream' : 'application/json'
  return fetch(`${server.url}${API_PREFIX}${path}`, {
    method: request.method ?? (request.body === undefined ? 'GET' : 'POST'),
    headers: {
      ...(request.token === undefined ? {} : { authorization: `Bearer ${request.token}` }),
      ...(request.body === undefined ? {} : { 'content-type': type }),
      ...request.headers,
    },
    ...(request.body === undefined
      ? {}
      : { body: request.body instanceof Uint8Array ? request.body : JSON.stringify(request.body) }),
    ...(request.signal === undefined ? {} : { signal: request.signal }),
  })
}
