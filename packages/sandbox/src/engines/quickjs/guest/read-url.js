/** What the machine asks the process for that a skill's `URL` stands on: text for text, and nothing is kept. */

const parts = [
  'href',
  'origin',
  'protocol',
  'username',
  'password',
  'host',
  'hostname',
  'port',
  'pathname',
  'search',
  'hash',
]

/**
 * The parts of an address as JSON; empty where it is none. `asked` is the JSON of `[address, base | null]` or of `[address, base | null, part, value]`,
 * where the part is given another value first. A skill may have it say anything.
 */
export function readUrl(asked) {
  try {
    const [address, base, part, value] = JSON.parse(asked)
    const url = new URL(address, base ?? undefined)
    if (parts.includes(part)) url[part] = value
    return JSON.stringify(Object.fromEntries(parts.map((name) => [name, url[name]])))
  } catch {
    return ''
  }
}
