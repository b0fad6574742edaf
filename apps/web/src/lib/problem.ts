import { ApiProblem } from '@guildhall/sdk'
import * as z from 'zod'

/** An error in the words shown to people: what happened and what to do. */
export interface ShownProblem {
  title: string
  remedy: string
  /** The server's code of the problem; null where the server was not reached. */
  code: string | null
  /** Messages by the dotted path of the value they are about, such as `email` or `input.rows.0`. */
  fields: Map<string, string>
}

const Issues = z.array(z.looseObject({ path: z.union([z.string(), z.array(z.unknown())]), message: z.string() }))

/** The server names a field `body.email` or `email`; forms know it as `email`. */
function fieldName(path: string | unknown[]): string {
  const text = typeof path === 'string' ? path.replace(/^\//, '').replaceAll('/', '.') : path.join('.')
  return text.replace(/^(body|query|params)\./, '')
}

function sentence(text: string): string {
  const first = text.charAt(0).toUpperCase() + text.slice(1)
  return /[.!?]$/.test(first) ? first : `${first}.`
}

/** Makes an error presentable. */
export function shownProblem(error: unknown): ShownProblem {
  if (!(error instanceof ApiProblem)) {
    const message = error instanceof Error ? error.message : String(error)
    return { title: 'This did not work.', remedy: message, code: null, fields: new Map() }
  }
  const issues = Issues.safeParse(error.problem['issues'])
  const fields = new Map<string, string>()
  for (const { path, message } of issues.data ?? []) {
    const name = fieldName(path)
    fields.set(name, [fields.get(name) ?? [], sentence(message)].flat().join(' '))
  }
  return { title: sentence(error.problem.title), remedy: error.problem.remedy, code: error.problem.code, fields }
}
