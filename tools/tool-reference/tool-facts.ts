import { createStandardTools } from '@guildhall/sandbox'
import { type ToolExample, toolExamples } from '@guildhall/sandbox/tool-examples'
import { plainSchema, type PlainSchema } from './plain-schema.ts'

/** What the reference tells of one tool. */
export interface ToolFacts {
  /** `csv.parse` */
  name: string
  /** `csv` */
  group: string
  /** `parse` */
  method: string
  /** `CsvParse`: begins the names of its types. */
  typeName: string
  summary: string
  permissions: readonly string[]
  limits: readonly string[]
  errors: readonly string[]
  input: PlainSchema
  output: PlainSchema
  example: ToolExample
}

function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1)
}

/** Everything that is told of every tool, in the order of their groups. Throws for a tool without an example. */
export function toolFacts(): ToolFacts[] {
  return createStandardTools().map((tool) => {
    const [group = '', method = ''] = tool.name.split('.')
    const example = toolExamples.find((one) => one.tool === tool.name)
    if (!example) throw new Error(`${tool.name} has no example in tool-examples.ts`)
    return {
      name: tool.name,
      group,
      method,
      typeName: capitalised(group) + capitalised(method),
      summary: tool.summary,
      permissions: [tool.permission, ...tool.alsoNeeds],
      limits: tool.limits,
      errors: tool.errors,
      input: plainSchema(tool.input, 'input'),
      output: plainSchema(tool.output, 'output'),
      example,
    }
  })
}

/** The same by group: `csv` -> its tools. */
export function byGroup(facts: readonly ToolFacts[]): Map<string, ToolFacts[]> {
  return Map.groupBy(facts, ({ group }) => group)
}

/** Names that stand for any one host or skill in a permission. */
export function permissionWords(permission: string): string {
  if (permission === 'network') return '`network:<host>`'
  if (permission === 'skills') return '`skills:<skill>`'
  return `\`${permission}\``
}
