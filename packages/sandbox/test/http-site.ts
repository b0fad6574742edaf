import { createServer, type RequestListener, type Server } from 'node:http'
import { type DeclaredPermissions, normalizePermissions } from '@guildhall/contracts'
import { createBroker, type ToolCallEntry } from '../src/broker/broker.ts'
import type { ToolResult } from '../src/run.ts'

const servers: Server[] = []

/** Starts a web server on a free port of this machine. */
export async function listen(handler: RequestListener): Promise<number> {
  const server = createServer(handler)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

/** Ends every server that `listen` started. */
export async function closeServers(): Promise<void> {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
}

interface Setting {
  hosts: string[]
  allowPrivateHosts?: string[]
  addresses?: Record<string, string[]>
}

/** A skill's way to the network, with these hosts granted and names that resolve as given. */
export function browser({ hosts, allowPrivateHosts = [], addresses = {} }: Setting) {
  const entries: ToolCallEntry[] = []
  const asked: string[] = []
  const network: DeclaredPermissions['network'] = hosts.includes('*') ? true : { hosts }
  const broker = createBroker({
    permissions: normalizePermissions({ network }),
    workspaceDir: null,
    storage: null,
    allowPrivateHosts,
    async resolveHost(hostName) {
      asked.push(hostName)
      return addresses[hostName] ?? []
    },
    onToolCall: (entry) => void entries.push(entry),
  })
  const call = (
    tool: string,
    args: Record<string, unknown>,
    signal = new AbortController().signal,
  ): Promise<ToolResult> => broker.call(tool, JSON.parse(JSON.stringify(args)), signal)
  const get = (args: Record<string, unknown>, signal?: AbortSignal) => call('http.get', args, signal)
  return { call, get, entries, asked, used: () => broker.used() }
}

/** A browser that may reach the server on this port under the name site.test, and under the other names given. */
export function localBrowser(port: number, more: string[] = []) {
  const names = ['site.test', ...more].map((name) => `${name}:${port}`)
  return browser({
    hosts: names,
    allowPrivateHosts: names,
    addresses: Object.fromEntries(['site.test', ...more].map((name) => [name, ['127.0.0.1']])),
  })
}
