import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { packSkill, withGeneratedSkillMd } from '@guildhall/skill-format'
import * as z from 'zod'
import { complete, type DefineCommand } from '../define-command.ts'
import { archiveName, unpublishable } from '../publish-one.ts'
import { readSkillSource } from '../skill-source.ts'

/** guildhall pack */
export const definePack: DefineCommand = (command, invocation) => {
  command
    .argument('<dir>', 'the folder that contains SKILL.md or manifest.json')
    .option('-o, --output <file>', 'where to write it (default: name-version.skill or .aisapp here)')
    .option('--force', 'overwrite the file')
  complete(command, invocation, {
    options: z.object({ output: z.string().optional(), force: z.boolean().default(false) }),
    examples: ['pack ./my-skill', 'pack ./my-skill -o build/my-skill.zip'],
    run: async (session, { args, options }) => {
      const source = await readSkillSource(session.host.cwd, args[0] ?? '')
      const { summary } = source.inspection
      if (!source.isPublishable || summary === null) throw unpublishable(session, source)
      const { kind, name, version } = summary
      const bytes = await packSkill({ files: withGeneratedSkillMd(source.files), kind, name })
      const file = resolve(session.host.cwd, options.output ?? archiveName(summary, version))
      await writeFile(file, bytes, { flag: options.force ? 'w' : 'wx' })
      const facts = { file, sizeBytes: bytes.length, files: source.files.size, kind, name, version }
      session.result(facts, () => [`${file}  ${bytes.length} bytes, ${source.files.size} files`])
    },
  })
}
