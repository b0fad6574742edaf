import type { PackageFile } from '@guildhall/contracts'

/** One line of the list of files: a folder or a file, with how deep it lies. */
export interface FileRow {
  label: string
  depth: number
  file: PackageFile | null
  /** The whole path, unique in the list. */
  path: string
}

const foldersOf = (path: string): string[] => path.split('/').slice(0, -1)

/** Files of a folder come before its folders, as people look for SKILL.md first. */
function compare(a: PackageFile, b: PackageFile): number {
  const [left, right] = [a.path.split('/'), b.path.split('/')]
  for (let level = 0; ; level += 1) {
    const [isLeftLast, isRightLast] = [level === left.length - 1, level === right.length - 1]
    if (isLeftLast !== isRightLast) return isLeftLast ? -1 : 1
    const order = (left[level] ?? '').localeCompare(right[level] ?? '', 'en')
    if (order !== 0 || isLeftLast) return order
  }
}

/** A flat list of files as a tree written line by line. */
export function fileRowsOf(files: readonly PackageFile[]): FileRow[] {
  const rows: FileRow[] = []
  const seen = new Set<string>()
  for (const file of [...files].sort(compare)) {
    const folders = foldersOf(file.path)
    folders.forEach((label, depth) => {
      const path = `${folders.slice(0, depth + 1).join('/')}/`
      if (!seen.has(path)) rows.push({ label: `${label}/`, depth, file: null, path })
      seen.add(path)
    })
    rows.push({ label: file.path.slice(file.path.lastIndexOf('/') + 1), depth: folders.length, file, path: file.path })
  }
  return rows
}
