import type { Finding } from '@guildhall/contracts'
import { decodeUtf8, type PackageFiles } from '../package-files.ts'
import { errorFinding } from './findings.ts'

export type JsonFile =
  | { status: 'absent' }
  | { status: 'invalid'; finding: Finding }
  | { status: 'read'; value: unknown; text: string }

const MAX_BYTES = 256 * 1024
const MAX_DEPTH = 64

/** Reads a JSON file of the package within limits that keep recursive checks safe. Never throws. */
export function readJsonFile(files: PackageFiles, file: string): JsonFile {
  const bytes = files.get(file)
  if (bytes === undefined) return { status: 'absent' }
  const invalid = (message: string, remedy: string): JsonFile => ({
    status: 'invalid',
    finding: errorFinding('json.invalid', { file }, { message: `${file} ${message}`, remedy }),
  })
  if (bytes.length > MAX_BYTES) return invalid(`is larger than ${MAX_BYTES} bytes`, 'Shrink it.')
  const text = decodeUtf8(bytes)
  if (text === null) return invalid('is not valid UTF-8', 'Save the file as UTF-8.')
  if (text.startsWith('\ufeff')) return invalid('begins with a byte order mark', 'Save the file as UTF-8 without it.')
  const parsed = parseJson(text)
  if (parsed.status === 'invalid') return invalid(`is not JSON: ${parsed.message}`, 'Correct the syntax.')
  if (depthOf(text) > MAX_DEPTH) return invalid(`is nested deeper than ${MAX_DEPTH} levels`, 'Flatten it.')
  return { status: 'read', value: parsed.value, text }
}

type ParsedJson = { status: 'read'; value: unknown } | { status: 'invalid'; message: string }

function parseJson(text: string): ParsedJson {
  try {
    const value: unknown = JSON.parse(text)
    return { status: 'read', value }
  } catch (error) {
    return { status: 'invalid', message: error instanceof Error ? error.message : 'unreadable' }
  }
}

/** Counts brackets of a text that is known to be JSON; strings are skipped. */
function depthOf(text: string): number {
  let depth = 0
  let deepest = 0
  for (const match of text.matchAll(/"(?:[^"\\]|\\.)*"|[[{]|[\]}]/g)) {
    if (match[0].startsWith('"')) continue
    depth += match[0] === '{' || match[0] === '[' ? 1 : -1
    deepest = Math.max(deepest, depth)
  }
  return deepest
}
