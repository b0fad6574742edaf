import { relative } from 'node:path'
import { describePermissions, type PermissionStatement } from '@guildhall/contracts'
import { inspectPackage, type PackageFiles } from '@guildhall/skill-format'
import * as z from 'zod'
import { askConsent } from '../consent.ts'
import { complete, type DefineCommand } from '../define-command.ts'
import { Failure } from '../failures.ts'
import { scopeOf, targetsOf } from '../install-place.ts'
import { versionOf } from '../library-consent.ts'
import { downloadRelease, trustedKeys } from '../release.ts'
import type { Session } from '../session.ts'
import { parseSkillTarget } from '../skill-target.ts'

const Options = z.object({
  agent: z.array(z.string()).default([]),
  global: z.boolean().default(false),
  force: z.boolean().default(false),
  yes: z.boolean().default(false),
})

/** What the files themselves ask for: the consent is to what is written to disk, not to what a server says of it. */
function declaredIn(files: PackageFiles): PermissionStatement[] | null {
  const { summary } = inspectPackage(files)
  return summary === null ? null : describePermissions(summary.permissions)
}

async function add(session: Session, given: string, options: z.infer<typeof Options>): Promise<void> {
  const target = parseSkillTarget(given)
  const targets = await targetsOf(session, options)
  const keys = await trustedKeys(session)
  const version = await versionOf(session, target)
  const where = `${target.fullName}@${version.version}`
  if (version.status !== 'released')
    throw new Failure(`This version is ${version.status}`, {
      where,
      remedy: 'Choose another with `guildhall info --versions`.',
    })
  const { files, envelope } = await downloadRelease(session, target, version)
  await askConsent(session, {
    title: `${where} asks to:`,
    statements: declaredIn(files) ?? version.permissionStatements,
    question: `Install it into ${targets.length === 1 ? '1 folder' : `${targets.length} folders`}?`,
    isAccepted: options.yes,
  })
  const { installSkill } = await import('@guildhall/sdk/install')
  const report = await installSkill({
    files,
    envelope,
    fullName: target.fullName,
    version: version.version,
    digest: version.digest,
    trustedKeys: keys,
    registry: session.registry,
    targets,
    scope: await scopeOf(session, options.global),
    force: options.force,
  })
  const result = { skill: target.fullName, version: version.version, digest: version.digest, ...report }
  const before = report.replaced === null || report.replaced === version.version ? '' : ` (was ${report.replaced})`
  session.result(result, () => [
    `${session.paint.green('Installed')} ${where}${before}, signed by ${report.keyId}`,
    ...report.folders.map((folder) => {
      const path = options.global ? folder.path : relative(session.host.cwd, folder.path)
      return `  ${path}  ${session.paint.dim(folder.agentIds.join(', '))}`
    }),
  ])
}

/** guildhall add */
export const defineAdd: DefineCommand = (command, invocation) => {
  command
    .argument('<skill>', '@publisher/name, or @publisher/name@version')
    .option('--agent <id...>', 'install for these agents (default: those found here, else .agents and .claude)')
    .option('-g, --global', 'install for you, not for this project')
    .option('--force', 'overwrite folders that were edited or not installed by guildhall')
    .option('-y, --yes', 'accept the permissions it asks for')
  complete(command, invocation, {
    options: Options,
    examples: [
      'add @acme/seo-writer',
      'add @acme/seo-writer@1.2.0 --agent claude-code cursor',
      'add @acme/seo-writer --global --yes',
    ],
    run: (session, { args, options }) => add(session, args[0] ?? '', options),
  })
}
