import { createHash } from 'node:crypto'

const isHidden = (path: string): boolean => path.split('/').some((part) => part.startsWith('.'))

/** What the command clawhub makes of an installed folder to recognise its version; it looks past hidden files. */
export function folderFingerprint(files: readonly { path: string; sha256: string }[]): string {
  const lines = files
    .filter(({ path }) => !isHidden(path))
    // That command sorts by the rules of a language, not by bytes.
    .sort((a, b) => a.path.localeCompare(b.path))
    .map(({ path, sha256 }) => `${path}:${sha256}`)
  return createHash('sha256').update(lines.join('\n')).digest('hex')
}
