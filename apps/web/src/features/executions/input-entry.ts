import type { JsonValue } from '@guildhall/contracts'
import { type Draft, draftOf, readDraft, type Reading } from './input-draft.ts'
import { type InputField, membersOf } from './input-field.ts'

/** How an input is being written: in the controls of a form, or by hand as JSON. */
export type InputEntry = { way: 'form'; draft: Draft } | { way: 'json'; text: string }

const top = { path: '', isRequired: true }

function parsed(text: string): { value: JsonValue } | { problem: string } {
  try {
    return { value: JSON.parse(text) }
  } catch (error) {
    return { problem: `This is not valid JSON: ${error instanceof Error ? error.message : String(error)}` }
  }
}

/** A form with the defaults of the schema. */
export const freshEntry = (field: InputField): InputEntry => ({ way: 'form', draft: draftOf(field) })

/** Whether all of `part` is in `whole`, which may say more. */
function holds(whole: JsonValue | undefined, part: JsonValue): boolean {
  if (Array.isArray(part))
    return (
      Array.isArray(whole) && whole.length === part.length && part.every((item, index) => holds(whole[index], item))
    )
  const members = membersOf(part)
  if (members === null) return whole === part
  const others = membersOf(whole)
  return (
    others !== null &&
    Object.entries(members).every(([name, value]) => Object.hasOwn(others, name) && holds(others[name], value))
  )
}

/** A form filled in with a value; what no form can say stands there as JSON. */
export function entryOf(field: InputField, value: JsonValue): InputEntry {
  const form: InputEntry = { way: 'form', draft: draftOf(field, value) }
  const isSaid = field.kind !== 'group' || holds(readEntry(field, form).value, value)
  return isSaid ? form : { way: 'json', text: JSON.stringify(value, null, 2) }
}

/** What would be sent. JSON is sent as it was written; whether it fits the schema, the server says. */
export function readEntry(field: InputField, entry: InputEntry): Reading {
  if (entry.way === 'form') return readDraft(field, entry.draft, top)
  const reading = parsed(entry.text)
  if ('problem' in reading) return { value: undefined, problems: new Map([['', reading.problem]]) }
  return { value: reading.value, problems: new Map() }
}

/** The same input in the other way. JSON that cannot be read stays as it is. */
export function turned(field: InputField, entry: InputEntry): InputEntry {
  const { value } = readEntry(field, entry)
  if (entry.way === 'form') return { way: 'json', text: JSON.stringify(value ?? {}, null, 2) }
  return value === undefined ? entry : { way: 'form', draft: draftOf(field, value) }
}
