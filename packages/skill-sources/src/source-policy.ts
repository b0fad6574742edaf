import { type Reach, resolveAll } from '@guildhall/outbound'
import { SourceError } from './source-error.ts'
import type { GitProtocol, GitSource, IndexSource } from './source/source.ts'

/** Where sources may be read from. */
export interface SourcePolicy extends Reach {
  protocols: readonly GitProtocol[]
  /** Names of hosts are looked up by ssh, with the configuration of the user that runs it, and not held to an address. */
  trustsSshConfig?: boolean
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1)$/

/** Allows public hosts over https, and nothing else. */
export const publicSources: SourcePolicy = { protocols: ['https'], allowPrivateHosts: [], resolveHost: resolveAll }

/**
 * What a person at the keyboard may read: the place they typed, wherever it is, over every protocol but plain http to other
 * machines. A redirect from there leads to public hosts only.
 */
export function typedByUser(source: GitSource | IndexSource): SourcePolicy {
  const url = URL.parse(source.url)
  const host = source.kind === 'git' ? source.host : (url?.hostname.replace(/^\[|\]$/g, '') ?? null)
  const port = source.kind === 'git' ? source.port : url?.port || (url?.protocol === 'http:' ? '80' : '443')
  const plainHttp: readonly GitProtocol[] = host !== null && LOOPBACK.test(host) ? ['http'] : []
  return {
    protocols: ['https', 'ssh', 'file', ...plainHttp],
    allowPrivateHosts: host === null ? [] : [`${host}:${port}`],
    resolveHost: resolveAll,
    trustsSshConfig: true,
  }
}

/** Throws `source.protocol-refused`. */
export function checkProtocol(protocol: string, { protocols }: SourcePolicy): void {
  if (!protocols.some((allowed) => allowed === protocol))
    throw new SourceError('source.protocol-refused', { subject: protocol })
}
