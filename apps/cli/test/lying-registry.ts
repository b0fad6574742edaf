import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { contentDigest, generateSigningKey, packSkill, signPackage } from '@guildhall/skill-format'

/** One skill as a registry gives it out; a lie changes a part of it. */
export interface GivenSkill {
  details: Record<string, unknown>
  archive: Uint8Array
}

const key = generateSigningKey()

interface SkillParts {
  fullName: string
  version: string
  body: string
}

/** A skill that an honest registry gives out. */
export async function honestSkill({ fullName, version, body }: SkillParts): Promise<GivenSkill> {
  const name = fullName.slice(fullName.lastIndexOf('/') + 1)
  const text = `---\nname: ${name}\ndescription: A skill for tests.\n---\n\n${body}\n`
  const files = new Map([['SKILL.md', new TextEncoder().encode(text)]])
  const digest = contentDigest({ fullName, version, files })
  const envelope = signPackage({ privateKey: key.privateKey, keyId: key.keyId, fullName, version, digest })
  const archive = await packSkill({ files, kind: 'instructions', name, envelope })
  const details = { fullName, signedAs: fullName, version, status: 'released', statusReason: null, deprecation: null }
  return { archive, details: { ...details, digest, dependencies: {}, renames: [], signature: envelope } }
}

export type Answer = (request: IncomingMessage, response: ServerResponse) => void

export interface LyingRegistry {
  url: string
  /** What is answered from now on. */
  give: (answers: { details: Answer; download: Answer }) => void
  stop: () => Promise<void>
}

export const asJson =
  (value: unknown): Answer =>
  (_, response) =>
    void response.setHeader('content-type', 'application/json').end(JSON.stringify(value))

export const asBytes =
  (bytes: Uint8Array): Answer =>
  (_, response) =>
    void response.setHeader('content-type', 'application/zip').end(bytes)

/** A registry that answers whatever it is told to. It stands for one on the other side of the network that means no good. */
export async function startLyingRegistry(): Promise<LyingRegistry> {
  let answers: { details: Answer; download: Answer } | null = null
  const keys = { items: [{ ...publicPart(), createdAt: '2026-01-01T00:00:00.000Z', retiredAt: null }] }
  const server = createServer((request, response) => {
    const path = request.url ?? ''
    if (path.endsWith('/trust/keys')) return asJson(keys)(request, response)
    if (answers === null) return void response.writeHead(500).end()
    return path.includes('/download') ? answers.download(request, response) : answers.details(request, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  // A server that listens on a port has an address of this form.
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    give: (next) => {
      answers = next
    },
    stop: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

function publicPart() {
  return { keyId: key.keyId, algorithm: 'Ed25519', publicKey: key.publicKey }
}
