import { usageFailure } from '../failures.ts'
import { complete, type DefineCommand, noOptions } from '../define-command.ts'
import { tableLines } from '../output/table.ts'
import { parseSkillTarget } from '../skill-target.ts'
import { parseVersionTarget } from '../version-target.ts'

const columns = ['tag', 'version'].map((title) => ({ title }))

const defineListing: DefineCommand = (command, invocation) => {
  command.argument('<skill>', '@publisher/name')
  complete(command, invocation, {
    options: noOptions,
    examples: ['tag list @acme/seo-writer'],
    run: async (session, { args }) => {
      const { publisher, name } = parseSkillTarget(args[0] ?? '')
      const page = await session.client.skills.tags({ params: { publisher, name } })
      session.result(page, () =>
        tableLines(
          columns,
          page.items.map(({ tag, version }) => [tag, version]),
        ),
      )
    },
  })
}

const defineSetting: DefineCommand = (command, invocation) => {
  command.argument('<version>', '@publisher/name@version').argument('<tag>', 'such as beta')
  complete(command, invocation, {
    options: noOptions,
    examples: ['tag set @acme/seo-writer@2.0.0-rc.1 beta', 'tag set @acme/seo-writer@1.4.2 latest'],
    run: async (session, { args }) => {
      const { publisher, name, version, fullName } = parseVersionTarget(args[0] ?? '')
      const tag = args[1] ?? ''
      const call = { params: { publisher, name, tag }, body: { version } }
      const entry = await session.signedIn().maintenance.setTag(call)
      session.result(entry, () => [`${fullName}@${entry.tag} means ${entry.version} now.`])
    },
  })
}

const defineRemoval: DefineCommand = (command, invocation) => {
  command.argument('<skill>', '@publisher/name').argument('<tag>', 'such as beta')
  complete(command, invocation, {
    options: noOptions,
    examples: ['tag remove @acme/seo-writer beta'],
    run: async (session, { args }) => {
      const { publisher, name, fullName, version } = parseSkillTarget(args[0] ?? '')
      if (version !== null) throw usageFailure('A tag is removed from a skill', `Write ${fullName} without a version.`)
      const tag = args[1] ?? ''
      await session.signedIn().maintenance.removeTag({ params: { publisher, name, tag } })
      session.result({ skill: fullName, removed: tag }, () => [`${fullName} has no tag ${tag} any more.`])
    },
  })
}

/** guildhall tag */
export const defineTag: DefineCommand = (command, invocation) => {
  defineListing(command.command('list').description('the tags of a skill'), invocation)
  defineSetting(command.command('set').description('let a tag name a version'), invocation)
  defineRemoval(command.command('remove').description('remove a tag'), invocation)
}
