import { deflateRawSync } from 'node:zlib'
import { SignatureEnvelope, type SkillKind } from '@guildhall/contracts'
import { ZipFile } from 'yazl'
import { SIGNATURE_PATH } from './content-digest.ts'
import { compareUtf8, type PackageFiles } from './package-files.ts'
import { defaultLimits } from './package-limits.ts'

export interface PackInput {
  files: PackageFiles
  kind: SkillKind
  /** The skill's own name; the wrapper folder of an instructions skill is called so. */
  name: string
  envelope?: SignatureEnvelope | undefined
}

/** Local time, as the zip format wants it, so that the bytes do not depend on the time zone of the machine. */
const FIXED_TIME: [number, number, number] = [1980, 0, 1]
const REGULAR_FILE_MODE = 0o100644

/**
 * Packs a skill as a zip: an instructions skill inside a folder of its name, an executable one at the root, either with
 * `signature.sig` where an envelope is given. The same input gives the same bytes under the same release of zlib.
 */
export async function packSkill({ files, kind, name, envelope }: PackInput): Promise<Uint8Array> {
  const zip = new ZipFile()
  const prefix = kind === 'instructions' ? `${name}/` : ''
  for (const [path, bytes] of packedFiles(files, envelope)) {
    zip.addBuffer(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), `${prefix}${path}`, {
      mtime: new Date(...FIXED_TIME),
      mode: REGULAR_FILE_MODE,
      forceDosTimestamp: true,
      compress: isWorthPacking(bytes),
    })
  }
  zip.end()
  const parts: Buffer[] = []
  for await (const part of zip.outputStream) parts.push(Buffer.from(part))
  return Uint8Array.from(Buffer.concat(parts))
}

/** `seo-writer-1.2.3.skill` or `.aisapp`. */
export function archiveFileName(kind: SkillKind, name: string, version: string): string {
  return `${name}-${version}${kind === 'instructions' ? '.skill' : '.aisapp'}`
}

/** The text of `signature.sig`. */
export function formatEnvelope(envelope: SignatureEnvelope): string {
  return `${JSON.stringify(SignatureEnvelope.parse(envelope), null, 2)}\n`
}

/** An old signature never travels along: it is replaced or left out. */
function packedFiles(files: PackageFiles, envelope: SignatureEnvelope | undefined): [string, Uint8Array][] {
  const plain = [...files].filter(([path]) => path !== SIGNATURE_PATH)
  const signature: [string, Uint8Array][] =
    envelope === undefined ? [] : [[SIGNATURE_PATH, new TextEncoder().encode(formatEnvelope(envelope))]]
  return [...plain, ...signature].sort(([a], [b]) => compareUtf8(a, b))
}

/** What shrinks too well would be taken for a bomb when it is read again, so it is stored; so is what does not shrink. */
function isWorthPacking(bytes: Uint8Array): boolean {
  if (bytes.length === 0) return false
  const packedBytes = deflateRawSync(bytes).length
  return packedBytes < bytes.length && bytes.length <= packedBytes * (defaultLimits.maxRatio / 2)
}
