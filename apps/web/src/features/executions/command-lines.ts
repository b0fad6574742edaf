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
  /** Names of the files that go along. */
  files: readonly string[]
}

/** JSON as words of a shell, which reads the files itself. */
function bodyWords({ target, action, input, files }: Run): string {
  const body = JSON.stringify({ ...target, action, input })
  if (files.length === 0) return shellWord(body)
  const entries = files.map((name, index) => {
    const start = shellWord(`${index > 0 ? ',' : ''}{"path":${JSON.stringify(name)},"contentBase64":"`)
    return `${start}"$(base64 < ${shellWord(name)} | tr -d '\\n')"${shellWord('"}')}`
  })
  return `${shellWord(`${body.slice(0, -1)},"files":[`)}${entries.join('')}${shellWord(']}')}`
}

function curlOf(run: Run, origin: string): string {
  const hasFiles = run.files.length > 0
  const words = bodyWords(run)
  const curl = [
    `curl -X POST ${shellWord(`${origin}${API_PREFIX}/executions`)}`,
    `-H "Authorization: Bearer $GUILDHALL_TOKEN"`,
    `-H 'Content-Type: application/json'`,
    `-d ${hasFiles ? '@-' : words}`,
  ].join(' \\\n  ')
  // By a pipe, because an argument of a program cannot be as long as files are.
  return hasFiles ? `printf '%s' ${words} |\n  ${curl}` : curl
}

function programOf({ target, action, input, files }: Run, origin: string): string {
  const start = JSON.stringify({ ...target, action, input }, null, 2)
  const workspace = files.map((name) => {
    const path = JSON.stringify(name)
    return `    { path: ${path}, contentBase64: await readFile(${path}, 'base64') },\n`
  })
  const body = files.length === 0 ? start : `${start.slice(0, -2)},\n  "files": [\n${workspace.join('')}  ]\n}`
  const reading = files.length === 0 ? '' : `import { readFile } from 'node:fs/promises'\n`
  return `${reading}import { createGuildhall } from '@guildhall/sdk'

const guildhall = createGuildhall({ baseUrl: ${JSON.stringify(origin)}, token: process.env.GUILDHALL_TOKEN })
const run = await guildhall.executions.start({ body: ${body} })
for await (const event of guildhall.executions.events({ params: { id: run.id } })) console.log(event)
`
}

/** The same run from a terminal or a program. `origin` is where this server is, such as `https://skills.example.com`. */
export function commandLinesOf(run: Run, origin: string): CommandLine[] {
  const { target, action, input, files } = run
  const remote = [
    { name: 'curl', text: curlOf(run, origin) },
    { name: 'a program', text: programOf(run, origin) },
  ]
  if ('draft' in target) return remote
  const attached = files.map((name) => ` --file ${shellWord(name)}`).join('')
  const given = `--input ${shellWord(JSON.stringify(input))}${attached}`
  const words = `npx guildhall run ${target.skill} ${action} ${given} --registry ${shellWord(origin)}`
  return [{ name: 'a command', text: words }, ...remote]
}
