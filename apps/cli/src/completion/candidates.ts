import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Command, type Option } from 'commander'
import { commandIndex } from '../command-index.ts'
import type { Invocation } from '../define-command.ts'
import { configDirOf } from '../session.ts'
import { shells } from './scripts.ts'

/** Commands whose argument is a skill that is installed here. */
const ON_INSTALLED = new Set(['remove', 'update', 'why', 'info', 'verify', 'versions'])

const LOCK_FILE = 'guildhall.lock'
const NAMED = /"(?:name|fullName)": *"((?:@[a-z0-9-]+\/)?[a-z0-9-]+)"/g

/** The names in a lock file. One that is missing or damaged names none: completion never complains. */
async function namesInLock(file: string): Promise<string[]> {
  const text = await readFile(file, 'utf8').catch(() => '{}')
  return [...text.matchAll(NAMED)].map(([, name = '']) => name)
}

async function installedNames({ host }: Invocation): Promise<string[]> {
  const files = [join(host.cwd, LOCK_FILE), join(configDirOf(host), LOCK_FILE)]
  return [...new Set((await Promise.all(files.map(namesInLock))).flat())].sort()
}

const longFlags = (options: readonly Option[]): string[] => options.flatMap(({ long }) => long ?? [])

/** The command that the words name, down to its subcommand, with its options; null where there is none. */
async function definedCommand(words: readonly string[], invocation: Invocation): Promise<Command | null> {
  const entry = commandIndex.find(({ name }) => name === words[0])
  if (entry === undefined) return null
  const command = new Command(entry.name)
  ;(await entry.load())(command, invocation)
  return command.commands.find((one) => one.name() === words[1]) ?? command
}

function choicesOf(option: Option): string[] {
  const isList = /^[a-z_]+(, [a-z_]+)+$/.test(option.description)
  return option.argChoices ?? (isList ? option.description.split(', ') : [])
}

async function possible(words: readonly string[], current: string, invocation: Invocation): Promise<string[]> {
  const first = words[0]
  if (first === undefined) return commandIndex.map(({ name }) => name)
  if (first === 'completion') return [...shells]
  const command = await definedCommand(words, invocation)
  if (command === null) return []
  if (current.startsWith('-')) return [...longFlags(command.options), '--help']
  const before = words.at(-1)
  const valued = command.options.find((option) => option.long === before && (option.required || option.optional))
  if (valued !== undefined) return choicesOf(valued)
  if (words.length === 1 && command.commands.length > 0) return command.commands.map((one) => one.name())
  return ON_INSTALLED.has(first) ? installedNames(invocation) : []
}

/** What the last word may become: commands, subcommands, options, values of options, installed skills. Files are the shell's. */
export async function completionCandidates(words: readonly string[], invocation: Invocation): Promise<string[]> {
  const current = words.at(-1) ?? ''
  const all = await possible(words.slice(0, -1), current, invocation)
  return all.filter((one) => one.startsWith(current))
}
