import {
  isOwnPlace,
  javascriptCall,
  javascriptLiteral,
  pythonCall,
  pythonLiteral,
} from '@guildhall/sandbox/tool-examples'
import type { PlainSchema } from './plain-schema.ts'
import { byGroup, permissionWords, type ToolFacts } from './tool-facts.ts'

const HEAD = `# Tools

Every tool that a skill can call, with its arguments, limits and errors. Whatever a skill does beside computing, it asks the host to do: \`ctx.tools.<group>.<tool>({ … })\`, the same in JavaScript and in Python.
The host checks each call against what was granted to this installation. This page is made from the schemas of the tools by \`node tools/tool-reference/generate.ts\`, and its examples are run by a test.

In Python, arguments may be given by name and names are in snake_case: \`ctx.tools.markdown.to_html(text="# Hello")\`; where a name is a word of Python, it ends in \`_\` (\`as_="json"\`).

Types for an editor: \`npm install --save-dev @guildhall/skill-types\`, then \`// @ts-check\` and \`@param {import('@guildhall/skill-types').SkillContext} ctx\`; for Python, \`guildhall_skill.pyi\` of the same package.

## When a tool fails

A call that cannot be served throws (\`ToolError\`) with \`message\`, \`errorType\` and \`recoveryOptions\` (in Python \`error_type\`, \`recovery_options\`). A skill may catch it.

| errorType | means |
| --- | --- |
| \`permission_denied\` | the permission named in the message was not granted |
| \`input_invalid\` | the arguments are wrong, or the file or text that they name |
| \`not_found\` | there is no such file, skill or thing |
| \`not_configured\` | the host does not offer it: no model, no clipboard, no value for a secret |
| \`quota_exceeded\` | the run, its workspace or its storage has used up what it may |
| \`too_large\` | one thing is larger than the tool takes or gives |
| \`timeout\` | it took too long |
| \`network_error\` | the other host did not answer, or not in a way that can be used |
| \`unknown_tool\` | there is no tool of this name |
| \`cancelled\` | the run has ended |
| \`tool_error\` | something else went wrong |

Every tool can answer \`permission_denied\`, \`input_invalid\`, \`timeout\`, \`quota_exceeded\` and \`cancelled\`; what else it can answer is said with it.

PDFs, archives, images, Markdown and JSON schemas are worked on in a process of their own with limits of memory and time, because files of strangers may be made to do harm.
`

const words: Record<string, string> = {
  string: 'text',
  integer: 'whole number',
  number: 'number',
  boolean: 'true or false',
  null: 'null',
  object: 'object',
  array: 'list',
}

function typeWords(schema: PlainSchema): string {
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``
  if (schema.enum) return schema.enum.map((value) => `\`${JSON.stringify(value)}\``).join(' or ')
  if (schema.anyOf) return schema.anyOf.map(typeWords).join(' or ')
  if (schema.items) return `list of (${typeWords(schema.items)})`
  if (schema.properties && Object.keys(schema.properties).length > 0) return `{ ${fieldWords(schema)} }`
  if (schema.additionalProperties) return `object of (${typeWords(schema.additionalProperties)})`
  const types = [schema.type ?? []].flat()
  return types.length === 0 ? 'any JSON' : types.map((type) => words[type] ?? type).join(' or ')
}

function fieldWords({ properties = {} }: PlainSchema): string {
  return Object.entries(properties)
    .map(([name, schema]) => `${name}: ${typeWords(schema)}`)
    .join('; ')
}

const inCell = (text: string): string => text.replaceAll('|', String.raw`\|`).replaceAll('\n', ' ')

function presence(name: string, schema: PlainSchema, required: readonly string[]): string {
  if (required.includes(name)) return 'needed'
  const value = schema.default
  return value === undefined ? '' : `\`${JSON.stringify(value)}\``
}

function argumentsTable({ properties = {}, required = [] }: PlainSchema): string {
  const rows = Object.entries(properties).map(([name, schema]) =>
    [`\`${name}\``, typeWords(schema), presence(name, schema, required), schema.description ?? '']
      .map(inCell)
      .join(' | '),
  )
  if (rows.length === 0) return 'No arguments.\n'
  return `| argument | type | default | |\n| --- | --- | --- | --- |\n${rows.map((row) => `| ${row} |\n`).join('')}`
}

function resultText(schema: PlainSchema): string {
  const about = schema.description === undefined ? '' : `. ${schema.description}`
  const inner = schema.items?.properties ? schema.items : schema
  const fields = Object.entries(inner.properties ?? {}).flatMap(([name, field]) =>
    field.description === undefined ? [] : [`- \`${name}\`: ${field.description}\n`],
  )
  return `Answers: ${typeWords(schema)}${about}.\n${fields.length > 0 ? `\n${fields.join('')}` : ''}`
}

function exampleText({ example }: ToolFacts): string {
  const { answers } = example
  const script =
    'result' in answers
      ? `const answer = await ${javascriptCall(example)}\n// ${javascriptLiteral(answers.result)}`
      : `await ${javascriptCall(example)}\n// throws: errorType '${answers.errorType}'`
  const python =
    'result' in answers
      ? `answer = await ${pythonCall(example)}\n# ${pythonLiteral(answers.result)}`
      : `await ${pythonCall(example)}\n# raises ToolError: error_type "${answers.errorType}"`
  return `\`\`\`js\n${script}\n\`\`\`\n\n\`\`\`python\n${python}\n\`\`\`\n`
}

function toolText(tool: ToolFacts): string {
  const { name, summary, permissions, limits, errors, input, output } = tool
  return [
    `### ${isOwnPlace(name) ? `ctx.${name}` : name}\n\n${summary}.\n`,
    argumentsTable(input),
    resultText(output),
    `Permission: ${permissions.map(permissionWords).join(' and ')}.\n`,
    ...(limits.length > 0 ? [`Limits: ${limits.join('; ')}.\n`] : []),
    ...(errors.length > 0 ? [`Errors: ${errors.map((type) => `\`${type}\``).join(', ')}.\n`] : []),
    exampleText(tool),
  ].join('\n')
}

/** The text of docs/guides/tools.md. */
export function guide(facts: readonly ToolFacts[]): string {
  const groups = [...byGroup(facts)]
  const index = groups.map(
    ([group, tools]) => `| [${group}](#${group}) | ${tools.map(({ method }) => `\`${method}\``).join(', ')} |\n`,
  )
  const table = `## All tools\n\n| group | tools |\n| --- | --- |\n${index.join('')}`
  return [HEAD, table, ...groups.map(([group, tools]) => `## ${group}\n\n${tools.map(toolText).join('\n')}`)].join('\n')
}
