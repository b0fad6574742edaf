import { commandGroups, commandIndex } from '../command-index.ts'

const EXAMPLES = [
  'search "release notes"',
  'add @acme/seo-writer',
  `run @acme/seo-writer generate --input '{"topic":"tea"}'`,
  'publish ./my-skill',
]

const OPTIONS: readonly (readonly [string, string])[] = [
  ['--registry <url>', 'the registry to speak to (default: GUILDHALL_REGISTRY, else http://localhost:3000)'],
  ['--json', 'print JSON for programs'],
  ['--debug', 'print the stack trace of a failure'],
  ['-V, --version', 'print the version'],
  ['-h, --help', 'print this, or how a command is used'],
]

const WIDTH = 18

const row = (left: string, right: string): string => `  ${left.padEnd(WIDTH)}${right}`

/** The help of the program itself: every command with its summary, by group. Needs nothing but the index. */
export function rootHelp(): string {
  const groups = commandGroups.flatMap((group) => [
    '',
    `${group}:`,
    ...commandIndex.filter((entry) => entry.group === group).map(({ name, summary }) => row(name, summary)),
  ])
  return [
    'Usage: guildhall <command> [options]',
    '',
    'Find, install, run and publish agent skills',
    ...groups,
    '',
    'Options:',
    ...OPTIONS.map(([flags, meaning]) => row(flags, meaning)),
    '',
    'Examples:',
    ...EXAMPLES.map((line) => `  $ guildhall ${line}`),
    '',
    'How a command is used: guildhall <command> --help',
    '',
  ].join('\n')
}
