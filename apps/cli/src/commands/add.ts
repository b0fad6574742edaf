import * as z from 'zod'
import { complete, type DefineCommand } from '../define-command.ts'
import { placeOptions, withPlaceOptions } from '../install-place.ts'

/** guildhall add */
export const defineAdd: DefineCommand = (command, invocation) => {
  command.argument(
    '<skill...>',
    '@publisher/name[@version|tag|range], owner/repo[/path][@skill][#ref], an address or a folder',
  )
  withPlaceOptions(command)
    .option('--copy', 'write a copy for every agent (default: one copy, and links to it)')
    .option('--symlink', 'write one copy and links to it, also where copies are now')
    .option('-s, --skill <name...>', 'of a repository or an index, only these skills')
    .option('-l, --list', 'show the skills of a repository or an index, install nothing')
    .option('--dry-run', 'show what would be installed, with everything it needs')
    .option('--force', 'overwrite folders that were edited or not installed by guildhall; a copy is kept beside')
    .option('-y, --yes', 'accept the permissions they ask for')
  complete(command, invocation, {
    options: z.object({
      ...placeOptions,
      skill: z.array(z.string()).default([]),
      list: z.boolean().default(false),
      dryRun: z.boolean().default(false),
      force: z.boolean().default(false),
      yes: z.boolean().default(false),
    }),
    examples: [
      'add @acme/seo-writer',
      'add @acme/seo-writer@^1.2 @acme/geocode --agent claude-code cursor',
      'add @acme/seo-writer --global --yes',
      'add anthropics/skills --list',
      'add anthropics/skills@pdf',
      'add https://skills.example.com --skill seo-writer',
      'add ./my-skills',
    ],
    run: async (session, { args, options }) => {
      const { addSkills } = await import('../installing/add-skills.ts')
      return addSkills(session, args, options)
    },
  })
}
