import { columnsOf } from './plain-text.ts'

export interface Column {
  title: string
  align?: 'left' | 'right'
}

/** Lines of a table: columns as wide as their widest cell, two spaces between, numbers to the right. */
export function tableLines(columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  const head = columns.map(({ title }) => title)
  const widths = columns.map((_, index) => Math.max(...[head, ...rows].map((row) => columnsOf(row[index] ?? ''))))
  const line = (cells: readonly string[]): string =>
    columns
      .map(({ align }, index) => {
        const cell = cells[index] ?? ''
        const gap = ' '.repeat(Math.max(0, (widths[index] ?? 0) - columnsOf(cell)))
        return align === 'right' ? gap + cell : cell + gap
      })
      .join('  ')
      .trimEnd()
  return [head, ...rows].map(line)
}
