import { randomBytes } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Values that lie where no skill may look. Each is found again in whatever form a skill would hand it on. */
export interface Canary {
  /** Where it lies, such as `the environment of the host`. */
  place: string
  value: string
  /** Every spelling in which it is looked for. */
  forms: readonly Buffer[]
}

/** Base64 of a value in the middle of something: without the characters that depend on what stands beside it. */
function base64Within(value: string, before: number): string {
  const text = Buffer.from('x'.repeat(before) + value).toString('base64')
  return text.slice(before === 0 ? 0 : before + 1, -4)
}

/** A value that nothing else on this machine contains. */
export function createCanary(place: string): Canary {
  const value = `canary${randomBytes(12).toString('hex')}`
  const texts = [
    value,
    Buffer.from(value).toString('hex'),
    Array.from(value).toReversed().join(''),
    ...[0, 1, 2].map((before) => base64Within(value, before)),
  ]
  const forms = [...texts.map((text) => Buffer.from(text)), Buffer.from(value, 'utf16le')]
  return { place, value, forms }
}

/** The places of the canaries that the bytes contain. */
export function findCanaries(canaries: readonly Canary[], bytes: Uint8Array): string[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return canaries.filter(({ forms }) => forms.some((form) => buffer.includes(form))).map(({ place }) => place)
}

/** The plain files below a folder; follows no link. */
export async function filesBelow(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true }).catch(() => [])
  return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name))
}

/** The places of the canaries that lie in files below a folder. Files that are removed meanwhile are left out. */
export async function findCanariesOnDisk(canaries: readonly Canary[], dir: string): Promise<string[]> {
  const found = new Set<string>()
  for (const path of await filesBelow(dir)) {
    const bytes = await readFile(path).catch(() => Buffer.alloc(0))
    for (const place of findCanaries(canaries, bytes)) found.add(`${place}, in ${path}`)
  }
  return [...found]
}
