/** A package in memory: POSIX paths relative to its root, and their bytes. */
export type PackageFiles = ReadonlyMap<string, Uint8Array>

/** Decodes UTF-8; null where the bytes are something else. A byte order mark stays in the text. */
export function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}

/** Orders texts by their UTF-8 bytes, which is also their order by code points. */
export function compareUtf8(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a, 'utf8'), Buffer.from(b, 'utf8'))
}

/** The path of the skill's own file: `SKILL.md` before `skill.md`; null where there is neither. */
export function skillMdPath(files: PackageFiles): string | null {
  return ['SKILL.md', 'skill.md'].find((path) => files.has(path)) ?? null
}
