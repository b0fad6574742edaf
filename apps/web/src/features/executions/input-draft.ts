import type { JsonValue } from '@guildhall/contracts'
import {
  type ChoiceField,
  type GroupField,
  type InputField,
  type JsonField,
  type ListField,
  membersOf,
  type NumberField,
  type ScalarField,
  type TextField,
} from './input-field.ts'

/** What stands in the controls while a person fills them in: texts, ticks, and lists and groups of them. */
export type Draft = string | boolean | Draft[] | { [name: string]: Draft }

/** What was read from a draft: a value (undefined: left out), and what is wrong by the dotted path of the control. */
export interface Reading {
  value: JsonValue | undefined
  problems: Map<string, string>
}

function choiceDraft(values: JsonValue[], value: JsonValue | undefined): string {
  const index = values.findIndex((choice) => JSON.stringify(choice) === JSON.stringify(value))
  return index < 0 ? '' : String(index)
}

function groupDraft(field: GroupField, value: JsonValue | undefined): Draft {
  const given = membersOf(value)
  return Object.fromEntries(field.members.map(({ name, field: member }) => [name, draftOf(member, given?.[name])]))
}

function lineDraft(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** Draws a value into the controls; without one, the default of the schema, else empty. */
export function draftOf(field: InputField, given?: JsonValue): Draft {
  const value = given === undefined ? field.initial : given
  switch (field.kind) {
    case 'boolean':
      return value === true
    case 'choice':
      return choiceDraft(field.values, value)
    case 'list':
      return Array.isArray(value) ? value.map((item) => draftOf(field.item, item)) : []
    case 'group':
      return groupDraft(field, value)
    case 'json':
      return value === undefined ? '' : JSON.stringify(value, null, 2)
    case 'text':
    case 'number':
      return lineDraft(value)
  }
}

/** A draft as text; anything else is an empty one. */
export const textOfDraft = (draft: Draft | undefined): string => (typeof draft === 'string' ? draft : '')

/** One member of a group's draft. */
export function memberOfDraft(draft: Draft | undefined, name: string): Draft | undefined {
  return typeof draft === 'object' && !Array.isArray(draft) ? draft[name] : undefined
}

const nothing: Reading = { value: undefined, problems: new Map() }
const value = (read: JsonValue): Reading => ({ value: read, problems: new Map() })
const wrong = (path: string, message: string): Reading => ({ value: undefined, problems: new Map([[path, message]]) })

function matches(pattern: string, text: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(text)
  } catch {
    // A pattern of another dialect: the server judges.
    return true
  }
}

function readText(field: TextField, text: string, path: string): Reading {
  // JSON Schema counts code points.
  const length = Array.from(text).length
  if (length < field.minLength) return wrong(path, `Write at least ${field.minLength} characters; there are ${length}.`)
  if (field.maxLength !== null && length > field.maxLength)
    return wrong(path, `Write at most ${field.maxLength} characters; there are ${length}.`)
  if (field.pattern !== null && !matches(field.pattern, text)) return wrong(path, `This must match ${field.pattern}`)
  return value(text)
}

function readNumber(field: NumberField, text: string, path: string): Reading {
  const number = Number(text)
  if (!Number.isFinite(number)) return wrong(path, 'This is not a number.')
  if (field.isInteger && !Number.isInteger(number)) return wrong(path, 'This must be a whole number.')
  const { minimum, maximum } = field
  if (minimum !== null && (field.isAboveMinimum ? number <= minimum : number < minimum))
    return wrong(path, field.isAboveMinimum ? `This must be above ${minimum}.` : `This must be ${minimum} or more.`)
  if (maximum !== null && (field.isBelowMaximum ? number >= maximum : number > maximum))
    return wrong(path, field.isBelowMaximum ? `This must be below ${maximum}.` : `This must be ${maximum} or less.`)
  return value(number)
}

function readJson(text: string, path: string): Reading {
  try {
    return value(JSON.parse(text))
  } catch (error) {
    return wrong(path, `This is not valid JSON: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** An empty text in a list is one that somebody put there: the schema says whether it may be. */
function readItem(field: ScalarField, draft: Draft, path: string): Reading {
  if (field.kind === 'text' && field.minLength === 0) return readText(field, textOfDraft(draft), path)
  return readDraft(field, draft, { path, isRequired: true })
}

function readList(field: ListField, draft: Draft | undefined, path: string): Reading {
  const drafts = Array.isArray(draft) ? draft : []
  const items = drafts.map((item, index) => readItem(field.item, item, join(path, String(index))))
  const problems = new Map(items.flatMap((item) => [...item.problems]))
  if (drafts.length < field.minItems) problems.set(path, `Add at least ${field.minItems}.`)
  if (field.maxItems !== null && drafts.length > field.maxItems)
    problems.set(path, `At most ${field.maxItems} are allowed.`)
  return { value: items.flatMap((item) => (item.value === undefined ? [] : [item.value])), problems }
}

function readGroup(field: GroupField, draft: Draft | undefined, path: string): Reading {
  const problems = new Map<string, string>()
  const read: [string, JsonValue][] = []
  for (const { name, isRequired, field: member } of field.members) {
    const reading = readDraft(member, memberOfDraft(draft, name), { path: join(path, name), isRequired })
    for (const [where, message] of reading.problems) problems.set(where, message)
    if (reading.value !== undefined) read.push([name, reading.value])
  }
  return { value: Object.fromEntries(read), problems }
}

const join = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`)

const isEmptyValue = (json: JsonValue | undefined): boolean =>
  json === undefined || (typeof json === 'object' && json !== null && Object.keys(json).length === 0)

/** Somebody took away all that the schema would have put there: that is not the same as saying nothing. */
const wasEmptied = (field: ListField | GroupField, draft: Draft | undefined): boolean =>
  field.kind === 'list' && Array.isArray(draft) && draft.length === 0 && !isEmptyValue(field.initial)

function readPart(field: ListField | GroupField, draft: Draft | undefined, { path, isRequired }: Place): Reading {
  const reading = field.kind === 'list' ? readList(field, draft, path) : readGroup(field, draft, path)
  // An optional part that nobody touched is not sent, and what it would require is not asked for.
  const isLeftOut = !isRequired && isEmptyValue(reading.value) && isUntouched(draft) && !wasEmptied(field, draft)
  return isLeftOut ? nothing : reading
}

function readChoice(field: ChoiceField, text: string, path: string): Reading {
  const chosen = field.values[Number(text)]
  return chosen === undefined ? wrong(path, 'Choose one of the values.') : value(chosen)
}

function readLine(field: ScalarField | JsonField, text: string, path: string): Reading {
  switch (field.kind) {
    case 'text':
      return readText(field, text, path)
    case 'number':
      return readNumber(field, text.trim(), path)
    case 'json':
      return readJson(text, path)
    case 'choice':
      return readChoice(field, text, path)
  }
}

interface Place {
  /** Dotted; empty for the whole. */
  path: string
  isRequired: boolean
}

/** Reads the controls. Empty ones that are not required are left out; what is wrong is said where it is. */
export function readDraft(field: InputField, draft: Draft | undefined, at: Place): Reading {
  if (field.kind === 'boolean') return value(draft === true)
  if (field.kind === 'list' || field.kind === 'group') return readPart(field, draft, at)
  const text = textOfDraft(draft)
  if (text !== '') return readLine(field, text, at.path)
  return at.isRequired ? wrong(at.path, 'This is needed.') : nothing
}

function isUntouched(draft: Draft | undefined): boolean {
  if (draft === undefined || draft === '' || draft === false) return true
  if (typeof draft !== 'object') return false
  return (Array.isArray(draft) ? draft : Object.values(draft)).every(isUntouched)
}
