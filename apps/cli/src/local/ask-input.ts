import { type ActionSchema, JsonValue } from '@guildhall/contracts'
import * as z from 'zod'
import { askOptional } from '../ask.ts'
import { plainLine } from '../output/plain-text.ts'
import type { Session } from '../session.ts'

const Field = z.looseObject({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  title: z.string().optional(),
  examples: z.array(JsonValue).default([]),
  default: JsonValue.optional(),
})
type Field = z.output<typeof Field>

const InputSchema = z.looseObject({
  properties: z.record(z.string(), Field).default({}),
  required: z.array(z.string()).default([]),
})

const isText = ({ type }: Field): boolean => type === 'string'

/** What was typed as a value: text where the field is one, else JSON; `undefined` where it is neither. */
function valueOf(field: Field, typed: string): JsonValue | undefined {
  if (isText(field)) return typed
  try {
    return JsonValue.parse(JSON.parse(typed))
  } catch {
    return undefined
  }
}

const shown = (value: JsonValue): string => (typeof value === 'string' ? value : JSON.stringify(value))

/** What stands in front of an answer: the name of the field, how to write it, and what an empty answer stands for. */
function labelOf(name: string, field: Field, isRequired: boolean): string {
  const facts = [...(isText(field) ? [] : ['JSON']), ...(isRequired ? [] : ['optional'])]
  const offered = offeredBy(field)
  return [
    plainLine(field.title ?? name),
    ...(facts.length > 0 ? [`(${facts.join(', ')})`] : []),
    ...(offered === undefined ? [] : [`[${plainLine(shown(offered), 60)}]`]),
  ].join(' ')
}

const offeredBy = (field: Field): JsonValue | undefined => field.default ?? field.examples[0]

/** A question about one field, which offers its default or first example. `undefined`: it is left out. */
async function askField(
  session: Session,
  name: string,
  field: Field,
  isRequired: boolean,
): Promise<JsonValue | undefined> {
  const offered = offeredBy(field)
  for (;;) {
    const typed = await askOptional(session, labelOf(name, field, isRequired))
    if (typed === '' && (offered !== undefined || !isRequired)) return offered
    const value = valueOf(field, typed)
    if (value !== undefined) return value
    session.note('  Write it as JSON, such as 12, true, ["a"] or {"a": 1}.')
  }
}

/** The input of an action, asked for field by field. For a terminal only. */
export async function askInput(session: Session, { input }: ActionSchema): Promise<JsonValue> {
  const { properties, required } = InputSchema.parse(input)
  const value: Record<string, JsonValue> = {}
  for (const [name, field] of Object.entries(properties)) {
    const answer = await askField(session, name, field, required.includes(name))
    if (answer !== undefined) value[name] = answer
  }
  return value
}
