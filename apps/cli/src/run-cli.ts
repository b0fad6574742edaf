import { Command, CommanderError } from 'commander'
import { commandIndex } from './command-index.ts'
import { type Invocation, withCommonOptions } from './define-command.ts'
import { ASK } from './completion/scripts.ts'
import { exitCodes, usageFailure } from './failures.ts'
import type { Host } from './host.ts'
import { failureLines, failureReport } from './output/failure-lines.ts'
import { createPaint, wantsColour } from './output/paint.ts'
import { rootHelp } from './output/root-help.ts'
import { DEFAULT_REGISTRY } from './session.ts'
import { version } from './version.ts'

function rootCommand(argv: readonly string[], host: Host): Command {
  const isJson = argv.includes('--json')
  const root = new Command('guildhall')
    .version(version, '-V, --version')
    .configureOutput({
      writeOut: (text) => host.stdout.write(text),
      // Programs get the failure as JSON, from `report`.
      writeErr: (text) => isJson || host.stderr.write(text),
    })
    .showSuggestionAfterError(true)
    .showHelpAfterError('Run it with --help to see how it is used.')
    .enablePositionalOptions()
    .exitOverride()
  root.helpInformation = rootHelp
  return withCommonOptions(root)
}

/** A command that only holds others takes what all of them take, and says where they are explained. */
function asGroup(command: Command): void {
  withCommonOptions(command)
  command.addHelpText('after', `\nHow a command is used: guildhall ${command.name()} <command> --help`)
}

/** Registers every command by name and summary, and loads only those that the command line names. */
async function program(argv: readonly string[], invocation: Invocation): Promise<Command> {
  const root = rootCommand(argv, invocation.host)
  for (const entry of commandIndex) {
    const command = root.command(entry.name).summary(entry.summary).description(entry.summary)
    if (!argv.includes(entry.name)) continue
    ;(await entry.load())(command, invocation)
    if (command.commands.length > 0) asGroup(command)
  }
  return root
}

function registryNamed(argv: readonly string[], host: Host): string {
  const at = argv.indexOf('--registry')
  return (at >= 0 ? argv[at + 1] : undefined) ?? host.env['GUILDHALL_REGISTRY'] ?? DEFAULT_REGISTRY
}

/** Commander has told people already what is wrong with the command line; programs are told here. */
function reportUsage(error: CommanderError, argv: readonly string[], host: Host): number {
  if (error.exitCode === 0) return exitCodes.ok
  if (!argv.includes('--json')) return exitCodes.usage
  // So is called what prints the help of a command that needs another one behind it.
  const isBare = error.code === 'commander.help'
  const what = isBare ? 'A command is missing' : error.message.replace(/^error: /, '').replace(/\s*\n\s*/g, ' ')
  const failure = failureReport(usageFailure(what, 'Run it with --help to see how it is used.'), '')
  host.stderr.write(`${JSON.stringify({ error: failure })}\n`)
  return exitCodes.usage
}

function report(error: unknown, argv: readonly string[], host: Host): number {
  if (error instanceof CommanderError) return reportUsage(error, argv, host)
  const failure = failureReport(error, registryNamed(argv, host), host.env)
  const paint = createPaint(wantsColour(host.stderr.isTTY === true, host.env))
  const lines = argv.includes('--json') ? [JSON.stringify({ error: failure })] : failureLines(failure, paint)
  for (const line of lines) host.stderr.write(`${line}\n`)
  if (argv.includes('--debug') && error instanceof Error) host.stderr.write(`${error.stack ?? ''}\n`)
  return failure.exitCode
}

async function printCandidates(words: readonly string[], invocation: Invocation): Promise<number> {
  const { completionCandidates } = await import('./completion/candidates.ts')
  for (const one of await completionCandidates(words, invocation)) invocation.host.stdout.write(`${one}\n`)
  return exitCodes.ok
}

/** Runs one command line and returns its exit code; never throws, never prints a stack trace unless --debug. */
export async function runCli(argv: readonly string[], host: Host): Promise<number> {
  const invocation: Invocation = { host, exitCode: exitCodes.ok, commands: commandIndex }
  try {
    if (argv[0] === ASK) return await printCandidates(argv.slice(1), invocation)
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
