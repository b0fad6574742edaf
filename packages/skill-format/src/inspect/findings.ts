import type { Finding } from '@guildhall/contracts'
import type * as z from 'zod'
import { jsonLine } from './json-line.ts'

/** Where in which text a fault is, for findings with a line. */
export interface Place {
  file: string
  /** The text of the file, where a line can be looked up in it. */
  text?: string
  /** The way to the value inside the JSON. */
  pointer?: readonly PropertyKey[]
}

export interface Words {
  message: string
  remedy: string
}

export function errorFinding(rule: string, place: Place, words: Words): Finding {
  return finding('error', rule, { ...place, ...words })
}

export function warningFinding(rule: string, place: Place, words: Words): Finding {
  return finding('warning', rule, { ...place, ...words })
}

function finding(severity: Finding['severity'], rule: string, from: Place & Words): Finding {
  const line = from.text === undefined ? null : jsonLine(from.text, from.pointer ?? [])
  return { rule, severity, message: clip(from.message), file: from.file, line, remedy: clip(from.remedy) }
}

function clip(text: string): string {
  return text.length > 2000 ? `${text.slice(0, 1999)}…` : text
}

/** Findings for whatever a zod schema had to say about a JSON file; at most twenty, the rest repeats itself. */
export function schemaFindings(rule: string, place: Place, error: z.ZodError): Finding[] {
  return error.issues.slice(0, 20).map((issue) => {
    const where = issue.path.length === 0 ? 'the file' : issue.path.map(String).join('.')
    const pointer = [...(place.pointer ?? []), ...issue.path]
    const words = { message: `${where}: ${issue.message}`, remedy: `Correct ${where} in ${place.file}.` }
    return errorFinding(rule, { ...place, pointer }, words)
  })
}
