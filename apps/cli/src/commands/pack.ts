import { writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { PackageSummary } from '@guildhall/contracts'
import { type PackageFiles, packRootZip, packSkill, packTarGz, withGeneratedSkillMd } from '@guildhall/skill-format'
import * as z from 'zod'
import { complete, type DefineCommand } from '../define-command.ts'
import { Failure, usageFailure } from '../failures.ts'
import { unpublishable } from '../publish-one.ts'
import { readSkillSource } from '../skill-source.ts'

const Format = z.enum(['skill', 'aisapp', 'tar.gz', 'zip'])
type Format = z.infer<typeof Format>

const Options = z.object({
  format: Format.optional(),
  output: z.string().optional(),
  force: z.boolean().default(false),
})

function formatFor({ kind, name }: PackageSummary, asked: Format | undefined): Format {
  const own = kind === 'instructions' ? 'skill' : 'aisapp'
  if (asked !== undefined && asked !== own && (asked === 'skill' || asked === 'aisapp'))
    throw usageFailure(`${name} is a skill of kind ${kind}, which is no .${asked}`, `Leave --format out for .${own}.`)
  return asked ?? own
}

function packed(files: PackageFiles, { kind, name }: PackageSummary, format: Format): Promise<Uint8Array> {
  if (format === 'tar.gz') return packTarGz(files)
  return format === 'zip' ? packRootZip(files) : packSkill({ files, kind, name })
}

/** Throws a Failure where something is there already, or no folder to write into. */
async function writeArchive(file: string, bytes: Uint8Array, isForced: boolean): Promise<void> {
  await writeFile(file, bytes, { flag: isForced ? 'w' : 'wx' }).catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'EEXIST')
      throw new Failure('There is such a file already', {
        where: file,
        remedy: 'Overwrite it with --force, or name another with -o.',
      })
    if (code === 'ENOENT')
      throw new Failure('There is no folder to write it into', {
        where: dirname(file),
        remedy: 'Make the folder first, or name another place with -o.',
      })
    throw error
  })
}

/** guildhall pack */
export const definePack: DefineCommand = (command, invocation) => {
  command
    .argument('<path>', 'the folder that contains SKILL.md or manifest.json, or an archive to pack again')
    .option('--format <format>', `${Format.options.join(', ')} (default: skill for instructions, else aisapp)`)
    .option('-o, --output <file>', 'where to write it (default: name-version.format here)')
    .option('--force', 'overwrite the file')
    .addHelpText(
      'before',
      'skill: a zip with the files in a folder of the name; aisapp, zip and tar.gz: the files at the root. The same files give the same bytes.\n',
    )
  complete(command, invocation, {
    options: Options,
    examples: ['pack ./my-skill', 'pack ./my-skill --format tar.gz -o build/my-skill.tar.gz'],
    run: async (session, { args, options }) => {
      const source = await readSkillSource(session.host.cwd, args[0] ?? '')
      const { summary } = source.inspection
      if (!source.isPublishable || summary === null) throw unpublishable(session, source)
      const { kind, name, version } = summary
      const format = formatFor(summary, options.format)
      const bytes = await packed(withGeneratedSkillMd(source.files), summary, format)
      const usual = `${version === null ? name : `${name}-${version}`}.${format}`
      const file = resolve(session.host.cwd, options.output ?? usual)
      await writeArchive(file, bytes, options.force)
      const facts = { file, format, sizeBytes: bytes.length, files: source.files.size, kind, name, version }
      session.result(facts, () => [
        `${file}  ${bytes.length} bytes, ${source.files.size} ${source.files.size === 1 ? 'file' : 'files'}`,
      ])
    },
  })
}
