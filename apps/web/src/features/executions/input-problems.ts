/** What is wrong with the value at a dotted path and with all in it, a line each; undefined where nothing is. */
export function problemWithin(problems: ReadonlyMap<string, string>, path: string): string | undefined {
  const start = path === '' ? '' : `${path}.`
  const lines = [...problems].flatMap(([where, message]) => {
    if (where === path) return message
    return where.startsWith(start) ? `${where.slice(start.length)}: ${message}` : []
  })
  return lines.length > 0 ? lines.join('\n') : undefined
}
