import { DistTag, Semver, type VersionSummary } from '@guildhall/contracts'
import { Failure, usageFailure } from '../failures.ts'
import { skillAddressOf } from '../skill-target.ts'
import type { ReleaseFacts } from './release-facts.ts'
import { trustedKeys } from './registry-keys.ts'
import { type Registry, versionDetails, versionsOf } from './registry.ts'

/** A skill of a registry as it was asked for. */
export interface RegistryWish {
  fullName: string
  /** A version, a tag or a range; null is the latest release. */
  spec: string | null
}

/** Reads `@publisher/name`, with `@version`, `@tag` or `@range` behind it. Throws a usage failure. */
export function parseRegistryWish(text: string): RegistryWish {
  const at = text.indexOf('@', 1)
  const fullName = at < 0 ? text : text.slice(0, at)
  const spec = at < 0 ? null : text.slice(at + 1).trim()
  if (skillAddressOf(fullName) === null)
    throw usageFailure(`"${text}" does not name a skill`, 'Write it like @publisher/name or @publisher/name@^1.2.')
  if (spec === '' || (spec?.length ?? 0) > 100)
    throw usageFailure(
      `"${text}" has no version behind the last @`,
      'Write a version, a tag or a range there, or leave the @ out.',
    )
  return { fullName, spec }
}

/** Whether the registry itself can tell which version is meant. */
export function isFixed(spec: string): boolean {
  return Semver.safeParse(spec).success || DistTag.safeParse(spec).success
}

/** The highest released version of a skill in a range; null where there is none. */
export async function highestReleased(registry: Registry, fullName: string, range: string): Promise<string | null> {
  const { highestWithin } = await import('@guildhall/skill-format')
  const highestOf = (known: readonly VersionSummary[]) =>
    highestWithin(
      known.filter(({ status }) => status === 'released').map(({ version }) => version),
      range,
    )
  return highestOf(await versionsOf(registry, fullName, (known) => highestOf(known) !== null))
}

async function highestInRange(registry: Registry, fullName: string, range: string): Promise<string> {
  const { isVersionRange } = await import('@guildhall/skill-format')
  if (!isVersionRange(range))
    throw usageFailure(`"${range}" is no version, tag or range`, 'Write it like 1.2.3, beta or ^1.2.')
  const highest = await highestReleased(registry, fullName, range)
  if (highest !== null) return highest
  throw new Failure(`No released version of ${fullName} is in the range ${range}`, {
    where: registry.url,
    remedy: `Run \`guildhall versions ${fullName}\` to see them.`,
  })
}

/** Whether signed renames lead from the name that was asked for to the one that was answered for. */
export async function isRenameProven(registry: Registry, asked: string, details: ReleaseFacts): Promise<boolean> {
  const { verifyRenames } = await import('@guildhall/skill-format')
  const { signedAs, fullName, renames } = details
  const isOnTheWay = asked === signedAs || renames.some(({ from }) => from === asked)
  return isOnTheWay && verifyRenames({ from: signedAs, to: fullName, renames }, await trustedKeys(registry))
}

/** Refuses what the registry answers for another skill than the one that was asked for, unless signed renames lead there. */
async function refuseOtherSkill(registry: Registry, asked: string, details: ReleaseFacts): Promise<void> {
  const { fullName, version } = details
  if (fullName === asked) return
  if (await isRenameProven(registry, asked, details)) {
    registry.session.note(`${asked} is called ${fullName} now.`)
    return
  }
  throw new Failure(`The registry answered for ${fullName} when asked for ${asked}`, {
    where: `${registry.url}, version ${version}`,
    remedy: `If the skill was renamed, ask for it by its new name: \`guildhall add ${fullName}\`.`,
  })
}

/** The version that is meant, with what it was asked for as the range that updates stay in. */
export async function chooseVersion(
  registry: Registry,
  wish: RegistryWish,
): Promise<{ details: ReleaseFacts; requested: string }> {
  const { fullName, spec } = wish
  const version = spec === null || isFixed(spec) ? (spec ?? 'latest') : await highestInRange(registry, fullName, spec)
  const details = await versionDetails(registry, fullName, version)
  await refuseOtherSkill(registry, fullName, details)
  refuseUnavailable(details)
  return { details, requested: spec ?? `^${details.version}` }
}

/** Yanked versions are still given to who names them; all others that are not released are not. */
function refuseUnavailable({ fullName, version, status, statusReason }: ReleaseFacts): void {
  if (status === 'released' || status === 'yanked') return
  throw new Failure(`This version is ${status}${statusReason === null ? '' : `: ${statusReason}`}`, {
    where: `${fullName}@${version}`,
    remedy: `Choose another: \`guildhall versions ${fullName}\`.`,
  })
}
