import { compile } from 'json-schema-to-typescript'
import type { PlainSchema } from './plain-schema.ts'
import { byGroup, type ToolFacts } from './tool-facts.ts'

const HEAD = `/*
 * Generated from the schemas of the tools by tools/tool-reference/generate.ts; do not edit.
 */
`

type Compilable = Parameters<typeof compile>[0]

function isAnyJson({ type, anyOf, enum: choices, const: only }: PlainSchema): boolean {
  return type === undefined && anyOf === undefined && choices === undefined && only === undefined
}

function fieldsOf({ properties, required = [] }: PlainSchema): Compilable {
  if (properties === undefined) return {}
  const fields = Object.entries(properties).map(([name, inner]) => [name, forCompiler(inner)])
  return { properties: Object.fromEntries(fields), required }
}

function othersOf({ additionalProperties }: PlainSchema): Compilable {
  if (additionalProperties === undefined) return {}
  return { additionalProperties: additionalProperties === false ? false : forCompiler(additionalProperties) }
}

function choicesOf({ enum: choices, const: only, anyOf }: PlainSchema): Compilable {
  return {
    ...(choices ? { enum: choices } : {}),
    ...(only === undefined ? {} : { enum: [only] }),
    ...(anyOf ? { anyOf: anyOf.map(forCompiler) } : {}),
  }
}

/** A schema that says nothing is any JSON, which the generator would call unknown. */
function forCompiler(schema: PlainSchema): Compilable {
  const { description, items } = schema
  const about: Compilable = description === undefined ? {} : { description }
  if (isAnyJson(schema)) return { ...about, tsType: 'Json' }
  const list: Compilable = items ? { items: forCompiler(items) } : {}
  return { ...about, ...choicesOf(schema), ...list, ...fieldsOf(schema), ...othersOf(schema), ...typeOf(schema.type) }
}

const typeNames = ['string', 'number', 'integer', 'boolean', 'null', 'object', 'array'] as const

function typeOf(type: string | string[] | undefined): Compilable {
  const names = typeNames.filter((name) => (Array.isArray(type) ? type.includes(name) : type === name))
  const [only] = names
  if (only === undefined) return {}
  return { type: names.length === 1 ? only : names }
}

async function typeFor(schema: PlainSchema, name: string): Promise<string> {
  return compile(forCompiler(schema), name, {
    bannerComment: '',
    additionalProperties: false,
    ignoreMinAndMaxItems: true,
    declareExternallyReferenced: true,
    format: true,
    style: { semi: false, singleQuote: true, printWidth: 120 },
  })
}

function isOptional({ input }: ToolFacts): boolean {
  return (input.required ?? []).length === 0
}

function method(tool: ToolFacts): string {
  const { summary, permissions, limits } = tool
  const limitWords = limits.length > 0 ? [`Limits: ${limits.join('; ')}.`] : []
  const notes = [`${summary}.`, `Needs ${permissions.join(', ')}.`, ...limitWords]
  const comment = notes
    .map(
      (note) => `   * ${note}
`,
    )
    .join('')
  const mark = isOptional(tool) ? '?' : ''
  const call = `${tool.method}(args${mark}: ${tool.typeName}Input): Promise<${tool.typeName}Output>`
  return `  /**
${comment}   */
  ${call}
`
}

/** Groups that have a place of their own in `ctx`. */
const ownPlaces = new Set(['ai', 'storage'])

const titleOf = (group: string): string => group.charAt(0).toUpperCase() + group.slice(1)

function groupInterface(group: string, tools: readonly ToolFacts[]): string {
  return `/** \`ctx.tools.${group}\` */\nexport interface ${titleOf(group)}Tools {\n${tools.map(method).join('')}}\n`
}

async function groupFile(group: string, tools: readonly ToolFacts[]): Promise<string> {
  const types: string[] = []
  for (const { typeName, input, output } of tools) {
    types.push(await typeFor({ ...input, description: undefined }, `${typeName}Input`))
    types.push(await typeFor(output, `${typeName}Output`))
  }
  const body = [...types, ...(ownPlaces.has(group) ? [] : [groupInterface(group, tools)])].join('\n')
  const json = /\bJson\b/.test(body) ? "import type { Json } from '../json.d.ts'\n\n" : ''
  return `${HEAD}\n${json}${body}`
}

function wholeFile(groups: readonly string[]): string {
  const held = groups.filter((group) => !ownPlaces.has(group))
  const imports = held.map((group) => `import type { ${titleOf(group)}Tools } from './tools/${group}.d.ts'\n`)
  const doors = groups.map((group) => `export type * from './tools/${group}.d.ts'\n`)
  const fields = held.map((group) => `  ${group}: ${titleOf(group)}Tools\n`)
  const about = '/** `ctx.tools`: everything that the host does for a skill, where the skill was granted it. */'
  const tools = `${about}\nexport interface Tools {\n${fields.join('')}}\n`
  return [HEAD, imports.toSorted().join(''), doors.toSorted().join(''), tools].join('\n')
}

/** The declarations of every tool by path: one file for each group, and `tools.d.ts` with `Tools`, which is `ctx.tools`. */
export async function typescriptTypes(facts: readonly ToolFacts[]): Promise<Map<string, string>> {
  const groups = byGroup(facts)
  const files = new Map([['tools.d.ts', wholeFile([...groups.keys()])]])
  for (const [group, tools] of groups) files.set(`tools/${group}.d.ts`, await groupFile(group, tools))
  return files
}
