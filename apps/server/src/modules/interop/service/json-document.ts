import { createHash } from 'node:crypto'

/** A JSON text with its digest, as it is sent. */
export interface JsonDocument {
  bytes: Buffer
  sha256: string
}

export function jsonDocument(value: object): JsonDocument {
  const bytes = Buffer.from(`${JSON.stringify(value, null, 1)}\n`)
  return { bytes, sha256: createHash('sha256').update(bytes).digest('hex') }
}
