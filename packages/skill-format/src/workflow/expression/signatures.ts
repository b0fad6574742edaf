/** What a function takes: the words stand in messages. */
export type ParameterKind =
  | 'any value'
  | 'a text'
  | 'a number'
  | 'a list'
  | 'an object'
  | 'a list of numbers'
  | 'a list of texts'
  | 'a list of lists'
  | 'a text or a list'
  | 'a text, a list or an object'
  | 'a list of numbers or of texts'
  | 'an &expression'

export interface Signature {
  /** In order; the last ones may be left out. */
  parameters: readonly ParameterKind[]
  required: number
  /** The last parameter may come again and again. */
  isVariadic: boolean
}

function takes(...parameters: ParameterKind[]): Signature {
  return { parameters, required: parameters.length, isVariadic: false }
}

function optional(signature: Signature, ...more: ParameterKind[]): Signature {
  return { ...signature, parameters: [...signature.parameters, ...more] }
}

function variadic(kind: ParameterKind): Signature {
  return { parameters: [kind], required: 1, isVariadic: true }
}

/** Every function there is: those of JMESPath Community. */
export const signatures = {
  abs: takes('a number'),
  avg: takes('a list of numbers'),
  ceil: takes('a number'),
  contains: takes('a text or a list', 'any value'),
  ends_with: takes('a text', 'a text'),
  find_first: optional(takes('a text', 'a text'), 'a number', 'a number'),
  find_last: optional(takes('a text', 'a text'), 'a number', 'a number'),
  floor: takes('a number'),
  from_items: takes('a list of lists'),
  group_by: takes('a list', 'an &expression'),
  items: takes('an object'),
  join: takes('a text', 'a list of texts'),
  keys: takes('an object'),
  length: takes('a text, a list or an object'),
  lower: takes('a text'),
  map: takes('an &expression', 'a list'),
  max: takes('a list of numbers or of texts'),
  max_by: takes('a list', 'an &expression'),
  merge: variadic('an object'),
  min: takes('a list of numbers or of texts'),
  min_by: takes('a list', 'an &expression'),
  not_null: variadic('any value'),
  pad_left: optional(takes('a text', 'a number'), 'a text'),
  pad_right: optional(takes('a text', 'a number'), 'a text'),
  replace: optional(takes('a text', 'a text', 'a text'), 'a number'),
  reverse: takes('a text or a list'),
  sort: takes('a list of numbers or of texts'),
  sort_by: takes('a list', 'an &expression'),
  split: optional(takes('a text', 'a text'), 'a number'),
  starts_with: takes('a text', 'a text'),
  sum: takes('a list of numbers'),
  to_array: takes('any value'),
  to_number: takes('any value'),
  to_string: takes('any value'),
  trim: optional(takes('a text'), 'a text'),
  trim_left: optional(takes('a text'), 'a text'),
  trim_right: optional(takes('a text'), 'a text'),
  type: takes('any value'),
  upper: takes('a text'),
  values: takes('an object'),
  zip: variadic('a list'),
} satisfies Record<string, Signature>

export type FunctionName = keyof typeof signatures

const byName: ReadonlyMap<string, Signature> = new Map(Object.entries(signatures))

/** What the function takes, or null where there is none of that name. */
export function signatureOf(name: string): Signature | null {
  return byName.get(name) ?? null
}

/** What the argument at this place must be; null where the function takes fewer. */
export function parameterAt({ parameters, isVariadic }: Signature, place: number): ParameterKind | null {
  return parameters[place] ?? (isVariadic ? (parameters.at(-1) ?? null) : null)
}
