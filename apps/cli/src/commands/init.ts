import { mkdir, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { SkillKind, SkillName } from '@guildhall/contracts'
import * as z from 'zod'
import { complete, type DefineCommand } from '../define-command.ts'
import { Failure, usageFailure } from '../failures.ts'
import type { Session } from '../session.ts'
import { skeletonFiles } from '../skeletons/skeleton.ts'

const Options = z.object({ kind: SkillKind.default('instructions') })

/** The name of the folder as the name of a skill: the two have to be the same. */
function nameFor(folder: string): string {
  const name = basename(folder)
  if (SkillName.safeParse(name).success) return name
  throw usageFailure(
    `"${name}" cannot be the name of a skill`,
    'Use a-z, 0-9 and single hyphens, such as `guildhall init my-skill`.',
  )
}

async function refuseToOverwrite(folder: string, paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    const found = await stat(join(folder, ...path.split('/'))).catch(() => null)
    if (found !== null)
      throw new Failure(`${path} is there already; nothing was written`, {
        where: folder,
        remedy: 'Choose another folder, or move the file away.',
      })
  }
}

async function init(session: Session, given: string, options: z.infer<typeof Options>): Promise<void> {
  const { cwd } = session.host
  const folder = resolve(cwd, given)
  const name = nameFor(folder)
  const files = skeletonFiles({ name, kind: options.kind })
  await refuseToOverwrite(
    folder,
    files.map(([path]) => path),
  )
  for (const [path, text] of files) {
    const place = join(folder, ...path.split('/'))
    await mkdir(dirname(place), { recursive: true })
    await writeFile(place, text, { flag: 'wx' })
  }
  const shown = relative(cwd, folder) || '.'
  session.result({ folder, name, kind: options.kind, files: files.map(([path]) => path) }, () => [
    `${session.paint.green('Made')} ${name}, a skill of kind ${options.kind}`,
    ...files.map(([path]) => `  ${join(shown, ...path.split('/'))}`),
    `Next: say in SKILL.md what it does, then ${nextSteps(options.kind, shown)}.`,
  ])
}

/** Agents read instructions; what runs is tried out first. */
function nextSteps(kind: SkillKind, shown: string): string {
  const tried = kind === 'instructions' ? ['validate'] : ['dev', 'test']
  return `${tried.map((name) => `\`guildhall ${name} ${shown}\``).join(', ')} and \`guildhall publish ${shown}\``
}

/** guildhall init */
export const defineInit: DefineCommand = (command, invocation) => {
  command
    .argument('[dir]', 'the folder to make; its name becomes the name of the skill (default: this folder)')
    .option('--kind <kind>', `${SkillKind.options.join(', ')} (default: instructions)`)
  complete(command, invocation, {
    options: Options,
    examples: ['init my-skill', 'init word-counter --kind javascript', 'init --kind python'],
    run: (session, { args, options }) => init(session, args[0] ?? '.', options),
  })
}
