import { API_PREFIX, type JsonValue } from '@guildhall/contracts'
import type { RunTarget } from './run-target.ts'

/** The same run from somewhere else. */
export interface CommandLine {
  /** What it is for: a command, curl, a program. */
  name: string
  text: string
}

/** A text as one word of a POSIX shell. */
export function shellWord(text: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}

interface Run {
  target: RunTarget
  action: string
  input: JsonValue
}

function curlOf({ target, ...run }: Run, origin: string): string {
  return [
    `curl -X POST ${shellWord(`${origin}${API_PREFIX}/executions`)}`,
    `-H "Authorization: Bearer $GUILDHALL_TOKEN"`,
    `-H 'Content-Type: application/json'`,
    `-d ${shellWord(JSON.stringify({ ...target, ...run }))}`,
  ].join(' \\\n  ')
}

function programOf({ target, ...run }: Run, origin: string): string {
  return `import { createGuildhall } from '@guildhall/sdk'

const guildhall = createGuildhall({ baseUrl: ${JSON.stringify(origin)}, token: process.env.GUILDHALL_TOKEN })
const run = await guildhall.executions.start({ body: ${JSON.stringify({ ...target, ...run }, null, 2)} })
for await (const event of guildhall.executions.events({ params: { id: run.id } })) console.log(event)
`
}

/** The same run from a terminal or a program. `origin` is where this server is, such as `https://skills.example.com`. */
export function commandLinesOf(run: Run, origin: string): CommandLine[] {
  const { target, action, input } = run
  const remote = [
    { name: 'curl', text: curlOf(run, origin) },
    { name: 'a program', text: programOf(run, origin) },
  ]
  if ('draft' in target) return remote
  const words = `guildhall run ${target.skill} ${action} --input ${shellWord(JSON.stringify(input))}`
  return [{ name: 'a command', text: words }, ...remote]
}
