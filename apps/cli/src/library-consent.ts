import type { Installation } from '@guildhall/contracts'
import { askConsent } from './consent.ts'
import type { Session } from './session.ts'
import type { SkillTarget } from './skill-target.ts'

/** The version that is meant, with its permissions. */
export async function versionOf(session: Session, target: SkillTarget) {
  const { publisher, name, version } = target
  return session.client.skills.version({ params: { publisher, name, version: version ?? 'latest' } })
}

/** The installation of a skill in my library, or null. */
export async function findInstallation(session: Session, fullName: string): Promise<Installation | null> {
  const page = await session.signedIn().installations.list({ query: { skill: fullName, limit: 1 } })
  return page.items.find((one) => `@${one.skill.publisher}/${one.skill.name}` === fullName) ?? null
}

/** Shows what the skill asks for, and puts it into my library when that is accepted. */
export async function installWithConsent(
  session: Session,
  target: SkillTarget,
  isAccepted: boolean,
): Promise<Installation> {
  const version = await versionOf(session, target)
  await askConsent(session, {
    title: `${target.fullName} ${version.version} asks to:`,
    statements: version.permissionStatements,
    question: 'Put it into your library with these permissions?',
    isAccepted,
  })
  const grant = { version: version.version, granted: version.permissions }
  return session.signedIn().installations.install({ body: { skill: target.fullName, ...grant } })
}

/** What it may call is chosen when it is installed; asking for it again chooses among what has come since. */
async function chooseNeedsAnew(session: Session, installation: Installation): Promise<Installation> {
  const { id, version, granted, needs } = installation
  if (needs.length === 0) return installation
  return session.signedIn().installations.changeVersion({ params: { id }, body: { version, granted } })
}

/** The same for a skill that is there already: moves it to the version that is meant. */
export async function changeVersionWithConsent(
  session: Session,
  installation: Installation,
  asked: { target: SkillTarget; isAccepted: boolean },
): Promise<Installation> {
  const version = await versionOf(session, asked.target)
  if (version.version === installation.version) return chooseNeedsAnew(session, installation)
  await askConsent(session, {
    title: `${asked.target.fullName} ${version.version} (you have ${installation.version}) asks to:`,
    statements: version.permissionStatements,
    question: 'Move to this version with these permissions?',
    isAccepted: asked.isAccepted,
  })
  const body = { version: version.version, granted: version.permissions }
  return session.signedIn().installations.changeVersion({ params: { id: installation.id }, body })
}
