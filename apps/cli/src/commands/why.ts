import * as z from 'zod'
import { complete, type DefineCommand } from '../define-command.ts'
import { scopeOf } from '../install-place.ts'

const PROJECT = 'this project'

/** guildhall why */
export const defineWhy: DefineCommand = (command, invocation) => {
  command
    .argument('<skill>', 'a name as `guildhall list` shows it')
    .option('-g, --global', 'of the skills of the user, not of this project')
  complete(command, invocation, {
    options: z.object({ global: z.boolean().default(false) }),
    examples: ['why @acme/geocode', 'why @acme/geocode --json'],
    run: async (session, { args, options }) => {
      const { dependentsOf, readLock } = await import('@guildhall/sdk/install')
      const { whyDependency } = await import('@guildhall/skill-format')
      const { askedSkills } = await import('../installing/asked-skills.ts')
      const lock = await readLock((await scopeOf(session, options.global)).lockFile)
      const [asked] = askedSkills(lock, args)
      const resolution = lock.map((skill) => ({
        fullName: skill.name,
        version: skill.version ?? skill.digest.slice(0, 12),
        requiredBy: [
          ...(skill.direct ? [{ fullName: PROJECT, range: skill.requested ?? '*' }] : []),
          ...dependentsOf(lock, skill.name).map((by) => ({
            fullName: by.name,
            range: by.dependencies[skill.name] ?? '*',
          })),
        ],
      }))
      const chains = whyDependency(resolution, asked?.name ?? '')
      session.result({ name: asked?.name, version: asked?.version, chains }, () =>
        chains.length === 0
          ? [`Nothing needs ${asked?.name} any more.`]
          : chains.map((chain) =>
              [PROJECT, ...chain.map((link) => `${link.fullName}@${link.version} (${link.range})`)].join(' -> '),
            ),
      )
    },
  })
}
