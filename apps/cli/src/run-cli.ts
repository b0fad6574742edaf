import { Command, CommanderError } from 'commander'
import { commandIndex } from './command-index.ts'
import { type Invocation, withCommonOptions } from './define-command.ts'
import { exitCodes } from './failures.ts'
import type { Host } from './host.ts'
import { failureLines, failureReport } from './output/failure-lines.ts'
import { createPaint, wantsColour } from './output/paint.ts'
import { DEFAULT_REGISTRY } from './session.ts'

// biome-ignore format: one line
const PAGE_EXAMPLES = ['search "release notes"', 'add @acme/seo-writer', 'run @acme/seo-writer generate --input \'{"topic":"tea"}\'', 'publish ./my-skill']

function rootCommand(host: Host): Command {
  const root = new Command('guildhall')
    .description('Find, install, run and publish agent skills')
    .version('0.1.0', '-V, --version')
    .configureOutput({ writeOut: (text) => host.stdout.write(text), writeErr: (text) => host.stderr.write(text) })
    .showSuggestionAfterError(true)
    .showHelpAfterError('Run it with --help to see how it is used.')
    .exitOverride()
    .addHelpText('after', `\nExamples:\n${PAGE_EXAMPLES.map((line) => `  $ guildhall ${line}`).join('\n')}`)
  return withCommonOptions(root)
}

/** Registers every command by name and summary, and loads only those that the command line names. */
async function program(argv: readonly string[], invocation: Invocation): Promise<Command> {
  const root = rootCommand(invocation.host)
  for (const entry of commandIndex) {
    const command = root.command(entry.name).summary(entry.summary).description(entry.summary)
    if (argv.includes(entry.name)) (await entry.load())(command, invocation)
  }
  return root
}

function report(error: unknown, argv: readonly string[], host: Host): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage
  const at = argv.indexOf('--registry')
  const registry = (at >= 0 ? argv[at + 1] : undefined) ?? host.env['GUILDHALL_REGISTRY'] ?? DEFAULT_REGISTRY
  const failure = failureReport(error, registry)
  const paint = createPaint(wantsColour(host.stderr.isTTY === true, host.env))
  const lines = argv.includes('--json') ? [JSON.stringify({ error: failure })] : failureLines(failure, paint)
  for (const line of lines) host.stderr.write(`${line}\n`)
  if (argv.includes('--debug') && error instanceof Error) host.stderr.write(`${error.stack ?? ''}\n`)
  return failure.exitCode
}

/** Runs one command line and returns its exit code; never throws, never prints a stack trace unless --debug. */
export async function runCli(argv: readonly string[], host: Host): Promise<number> {
  const invocation: Invocation = { host, exitCode: exitCodes.ok }
  try {
    const root = await program(argv, invocation)
    if (argv.length === 0) {
      root.outputHelp()
      return exitCodes.usage
    }
    await root.parseAsync([...argv], { from: 'user' })
    return invocation.exitCode
  } catch (error) {
    return report(error, argv, host)
  }
}
