import type { StrictValue } from '../inspect/strict-yaml.ts'

/** JSON with the escapes, the order and the indentation of Python's `json.dumps(value, indent=2)`. */
export function pythonJson(value: StrictValue, indent = ''): string {
  if (typeof value === 'string') return jsonText(value)
  const inner = `${indent}  `
  const [open, close] = value instanceof Map ? ['{', '}'] : ['[', ']']
  const items =
    value instanceof Map
      ? [...value].map(([key, one]) => `${jsonText(key)}: ${pythonJson(one, inner)}`)
      : value.map((one) => pythonJson(one, inner))
  if (items.length === 0) return `${open}${close}`
  return `${open}\n${items.map((item) => inner + item).join(',\n')}\n${indent}${close}`
}

/** ASCII only, one escape for each UTF-16 unit. */
function jsonText(text: string): string {
  return JSON.stringify(text).replace(/[^ -~]/g, (unit) => `\\u${hex(unit.charCodeAt(0), 4)}`)
}

/** A value as Python's `str()` writes it inside another text: texts as they are, lists and mappings by their `repr()`. */
export function pythonStr(value: StrictValue): string {
  return typeof value === 'string' ? value : pythonRepr(value)
}

function pythonRepr(value: StrictValue): string {
  if (typeof value === 'string') return textRepr(value)
  if (!(value instanceof Map)) return `[${value.map(pythonRepr).join(', ')}]`
  return `{${[...value].map(([key, one]) => `${textRepr(key)}: ${pythonRepr(one)}`).join(', ')}}`
}

const SHORT: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' }

function textRepr(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'"
  // Python escapes what its tables call unprintable; they follow a Unicode release that may be older than ours.
  const escaped = text.replace(/[\\'\t\n\r]|[\p{C}\p{Z}]/gu, (character) => {
    if (character === ' ') return character
    if (character === "'") return quote === "'" ? "\\'" : character
    return SHORT[character] ?? codeEscape(character.codePointAt(0) ?? 0)
  })
  return `${quote}${escaped}${quote}`
}

function codeEscape(code: number): string {
  if (code < 0x100) return `\\x${hex(code, 2)}`
  return code < 0x10000 ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0')
}
