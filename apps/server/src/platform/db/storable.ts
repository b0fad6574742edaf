/**
 * Whether PostgreSQL can hold every text in it: no NUL, no half surrogate pairs, which neither `text` nor `jsonb` takes.
 * https://www.postgresql.org/docs/15/datatype-json.html
 */
export function isStorable(value: unknown): boolean {
  if (typeof value === 'string') return !value.includes('\0') && value.isWellFormed()
  if (Array.isArray(value)) return value.every(isStorable)
  if (value === null || typeof value !== 'object') return true
  return Object.entries(value).every(([name, one]) => isStorable(name) && isStorable(one))
}

/** The text with a replacement character for what cannot be stored, cut to `maxLength` UTF-16 units. */
export function storableText(text: string, maxLength: number): string {
  const clean = text.toWellFormed().replaceAll('\0', '\ufffd')
  return clean.length > maxLength ? `${clean.slice(0, maxLength - 1).toWellFormed()}…` : clean
}
