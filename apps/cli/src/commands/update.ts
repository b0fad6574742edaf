import * as z from 'zod'
import { complete, type DefineCommand } from '../define-command.ts'

/** guildhall update */
export const defineUpdate: DefineCommand = (command, invocation) => {
  command
    .argument('[skill...]', 'names as `guildhall list` shows them (default: all)')
    .option('-g, --global', 'the skills of the user, not of this project')
    .option('--latest', 'also beyond the range that was asked for')
    .option('--dry-run', 'show what would change')
    .option('--force', 'overwrite folders that were edited; a copy is kept beside')
    .option('-y, --yes', 'accept what they ask for in addition')
  complete(command, invocation, {
    options: z.object({
      global: z.boolean().default(false),
      latest: z.boolean().default(false),
      dryRun: z.boolean().default(false),
      force: z.boolean().default(false),
      yes: z.boolean().default(false),
    }),
    examples: ['update', 'update @acme/seo-writer --latest', 'update --dry-run --json'],
    run: async (session, { args, options }) => {
      const { updateSkills } = await import('../installing/update-skills.ts')
      return updateSkills(session, args, options)
    },
  })
}
