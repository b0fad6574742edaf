import { type SkillDetails, type VersionDetails } from '@guildhall/contracts'
import * as z from 'zod'
import { complete, type DefineCommand } from '../define-command.ts'
import { plainText } from '../output/plain-text.ts'
import { skillDetailsLines, versionDetailsLines } from '../output/skill-lines.ts'
import { versionTable } from '../output/version-lines.ts'
import type { Session } from '../session.ts'
import { parseSkillTarget } from '../skill-target.ts'

const Options = z.object({ readme: z.boolean().default(false), versions: z.boolean().default(false) })

function show(session: Session, found: SkillDetails | VersionDetails, lines: string[], withReadme: boolean): void {
  session.result(found, () => [...lines, ...(withReadme ? ['', plainText(found.readme)] : [])])
}

/** guildhall info */
export const defineInfo: DefineCommand = (command, invocation) => {
  command
    .argument('<skill>', '@publisher/name, or @publisher/name@version')
    .option('--readme', 'print its instructions as well')
    .option('--versions', 'list its versions instead, as `versions` does')
  complete(command, invocation, {
    options: Options,
    examples: ['info @acme/seo-writer', 'info @acme/seo-writer@1.2.0 --readme', 'info @acme/seo-writer --json'],
    run: async (session, { args, options }) => {
      const { publisher, name, version } = parseSkillTarget(args[0] ?? '')
      const params = { publisher, name }
      if (options.versions) {
        const page = await session.client.skills.versions({ params, query: { limit: 100 } })
        return session.result(page, () => versionTable(page.items, session.paint))
      }
      if (version !== null) {
        const details = await session.client.skills.version({ params: { ...params, version } })
        return show(session, details, versionDetailsLines(details, session.paint), options.readme)
      }
      const skill = await session.client.skills.get({ params })
      return show(session, skill, skillDetailsLines(skill, session.paint, session.width), options.readme)
    },
  })
}
