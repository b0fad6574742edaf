import type { Command } from 'commander'
import * as z from 'zod'
import type { NamedCommand } from './completion/scripts.ts'
import { usageFailure } from './failures.ts'
import type { Host } from './host.ts'
import { CommonOptions, openSession, type Session } from './session.ts'

/** What a run of the program shares with the command that it chose. */
export interface Invocation {
  host: Host
  exitCode: number
  /** Every command there is, for those that speak of the others. */
  commands: readonly NamedCommand[]
}

/** Adds arguments, options and the action to a command that is already named. */
export type DefineCommand = (command: Command, invocation: Invocation) => void

interface Definition<O> {
  options: z.ZodType<O>
  examples: readonly string[]
  run: (session: Session, given: { args: string[]; options: O }) => Promise<number | void>
}

function parseOptions<O>(schema: z.ZodType<O>, given: unknown): O {
  const parsed = schema.safeParse(given)
  if (parsed.success) return parsed.data
  const first = parsed.error.issues[0]
  const [option = 'an option'] = first?.path ?? []
  const name = `--${String(option).replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
  const reason = first?.code === 'invalid_value' ? `must be one of ${first.values.join(', ')}` : first?.message
  throw usageFailure(`${name} is not valid: ${reason ?? 'unknown reason'}`, 'See --help for the values it takes.')
}

/** The options that every command has. */
export function withCommonOptions(command: Command): Command {
  return command
    .option('--registry <url>', 'the registry to speak to (default: GUILDHALL_REGISTRY, else http://localhost:3000)')
    .option('--json', 'print JSON for programs')
    .option('--debug', 'print the stack trace of a failure')
}

/** Completes a command: common options, examples in its help, parsed options for its action. */
export function complete<O>(command: Command, invocation: Invocation, definition: Definition<O>): void {
  withCommonOptions(command)
  command.addHelpText('after', `\nExamples:\n${definition.examples.map((line) => `  $ guildhall ${line}`).join('\n')}`)
  command.action(async () => {
    const given: unknown = command.optsWithGlobals()
    const session = await openSession(invocation.host, CommonOptions.parse(given))
    const options = parseOptions(definition.options, given)
    invocation.exitCode = (await definition.run(session, { args: command.args, options })) ?? 0
  })
}

export const noOptions = z.object({})

/** A count given as text. */
export const Count = z.coerce
  .number('must be a whole number from 1 to 100')
  .refine((count) => Number.isInteger(count) && count >= 1 && count <= 100, 'must be a whole number from 1 to 100')
