import { version } from './version.ts'

/**
 * What a command line prints that needs neither a registry nor a parser of options: the version, the help of the whole program
 * and the scripts for shells. Null for every other one. These are asked for by scripts and at the start of every shell, so
 * nothing is imported but what the answer is made of.
 */
export async function quickAnswer(argv: readonly string[]): Promise<string | null> {
  const [first = '', second = '', ...more] = argv
  if (argv.length === 1 && (first === '--version' || first === '-V')) return `${version}\n`
  if (argv.length === 1 && (first === '--help' || first === '-h' || first === 'help'))
    return (await import('./output/root-help.ts')).rootHelp()
  if (first !== 'completion' || more.length > 0) return null
  const { completionScript } = await import('./completion/scripts.ts')
  const { commandIndex } = await import('./command-index.ts')
  return completionScript(second, commandIndex)
}
