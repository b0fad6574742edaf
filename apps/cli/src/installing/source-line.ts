import type { LockedSource } from '@guildhall/skill-format'

/** Where a skill came from, in one line. */
export function sourceLine(source: LockedSource): string {
  switch (source.kind) {
    case 'registry':
      return source.url
    case 'git':
      return `${source.repository} at ${source.commit.slice(0, 12)}`
    case 'index':
      return source.url
    case 'folder':
      return source.path
  }
}
