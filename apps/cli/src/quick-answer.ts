import { commandIndex } from './command-index.ts'
import { completionScript } from './completion/scripts.ts'
import { rootHelp } from './output/root-help.ts'
import { version } from './version.ts'

/**
 * What a command line prints that needs neither a registry nor a parser of options: the version, the help of the whole program
 * and the scripts for shells. Null for every other one. These are asked for by scripts and at the start of every shell, so
 * nothing slow may be imported from here.
 */
export function quickAnswer(argv: readonly string[]): string | null {
  const [first = '', second = '', ...more] = argv
  if (argv.length === 1 && (first === '--version' || first === '-V')) return `${version}\n`
  if (argv.length === 1 && (first === '--help' || first === '-h' || first === 'help')) return rootHelp()
  return first === 'completion' && more.length === 0 ? completionScript(second, commandIndex) : null
}
