import * as z from 'zod'
import { complete, type DefineCommand } from '../define-command.ts'
import { skillDetailsLines } from '../output/skill-lines.ts'
import { plainText } from '../output/plain-text.ts'
import { tableLines } from '../output/table.ts'
import { parseSkillTarget } from '../skill-target.ts'

const Options = z.object({ readme: z.boolean().optional(), versions: z.boolean().optional() })

/** guildhall info */
export const defineInfo: DefineCommand = (command, invocation) => {
  command
    .argument('<skill>', '@publisher/name')
    .option('--readme', 'print its instructions as well')
    .option('--versions', 'list its versions instead')
  complete(command, invocation, {
    options: Options,
    examples: ['info @acme/seo-writer', 'info @acme/seo-writer --versions'],
    run: async (session, { args, options }) => {
      const { publisher, name } = parseSkillTarget(args[0] ?? '')
      const params = { publisher, name }
      if (options.versions) {
        const page = await session.client.skills.versions({ params, query: { limit: 100 } })
        const columns = [{ title: 'version' }, { title: 'status' }, { title: 'released' }, { title: 'digest' }]
        const rows = page.items.map((one) => [one.version, one.status, one.releasedAt?.slice(0, 10) ?? '', one.digest])
        return session.result(page, () => tableLines(columns, rows))
      }
      const skill = await session.client.skills.get({ params })
      session.result(skill, () => [
        ...skillDetailsLines(skill, session.paint, session.width),
        ...(options.readme ? ['', plainText(skill.readme)] : []),
      ])
    },
  })
}
