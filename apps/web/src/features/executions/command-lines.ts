import { API_PREFIX, type JsonValue } from '@guildhall/contracts'

export interface CommandLines {
  cli: string
  curl: string
}

/** A text as one word of a POSIX shell. */
export function shellWord(text: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}

/** The same run from a terminal. `origin` is where this server is, such as `https://skills.example.com`. */
export function commandLinesOf(run: { skill: string; action: string; input: JsonValue }, origin: string): CommandLines {
  const input = JSON.stringify(run.input)
  const url = shellWord(`${origin}${API_PREFIX}/executions`)
  return {
    cli: `guildhall run ${run.skill} ${run.action} --input ${shellWord(input)}`,
    curl: [
      `curl -X POST ${url}`,
      `-H "Authorization: Bearer $GUILDHALL_TOKEN"`,
      `-H 'Content-Type: application/json'`,
      `-d ${shellWord(JSON.stringify(run))}`,
    ].join(' \\\n  '),
  }
}
