import type {
  Page,
  PageQuery,
  SkillAddress,
  SkillDetails,
  TagEntry,
  Transfer,
  TransferStatus,
  VersionSummary,
  Visibility,
} from '@guildhall/contracts'
import type { Bus } from '../../../platform/bus/bus.ts'
import type { Clock } from '../../../platform/clock/clock.ts'
import type { Database } from '../../../platform/db/database.ts'
import type { Ids } from '../../../platform/ids/ids.ts'
import type { Jobs } from '../../../platform/jobs/jobs.ts'
import type { Audit } from '../../audit/index.ts'
import type { Identity } from '../../identity/index.ts'
import type { Viewer } from '../access.ts'
import type { VersionChange } from '../rules/version-changes.ts'
import { changeVisibility, removeSkill, renameSkill, type SkillChangeDeps } from './change-skill.ts'
import { removeTag, setTag } from './change-tags.ts'
import { changeVersion, deprecateVersions } from './change-version.ts'
import type { SignRename } from './move-skill.ts'
import type { VersionAddress } from './see-skills.ts'
import { acceptTransfer, endTransfer, listTransfers, offerTransfer } from './transfer-skill.ts'

export interface MaintenanceDeps {
  platform: { database: Database; bus: Bus; clock: Clock; ids: Ids; jobs: Jobs }
  audit: Pick<Audit, 'record'>
  identity: Pick<Identity, 'publisherByHandle' | 'userById'>
  skills: { get(address: SkillAddress, viewer: Viewer | null): Promise<SkillDetails> }
  signRename: SignRename
  /** Whether an administrator has to look at a skill before everybody sees it. */
  needsReview: SkillChangeDeps['needsReview']
  /** Why an administrator has to look at a new name; null where nobody has to. */
  findLookAlike: SkillChangeDeps['findLookAlike']
}

/**
 * What becomes of skills after their releases. Each change throws skill.not-found for skills that are not the actor's, and is written
 * down in its own transaction.
 */
export interface Maintenance {
  /** Throws skill.not-publishable, skill.review-required. */
  setVisibility(actor: Viewer, address: SkillAddress, visibility: Visibility): Promise<SkillDetails>
  /** Throws skill.name-taken, skill.review-required. */
  rename(actor: Viewer, address: SkillAddress, name: string): Promise<SkillDetails>
  remove(actor: Viewer, address: SkillAddress, reason: string): Promise<void>
  /** Answers the versions it is about. Throws version.not-found. */
  deprecate(
    actor: Viewer,
    address: SkillAddress,
    advice: { range: string; message: string | null },
  ): Promise<{ versions: string[] }>
  /** Throws version.not-found, version.wrong-status; auth.forbidden for what only administrators take back. */
  changeVersion(
    actor: Viewer,
    address: VersionAddress,
    wanted: { change: VersionChange; reason: string | null },
  ): Promise<VersionSummary>
  /** Throws version.not-found, version.wrong-status, tag.reserved. */
  setTag(actor: Viewer, address: SkillAddress, entry: TagEntry): Promise<TagEntry>
  /** Throws tag.not-found, tag.reserved. */
  removeTag(actor: Viewer, address: SkillAddress, tag: string): Promise<void>
  /** Throws publisher.not-found, transfer.exists, skill.name-taken. */
  offer(actor: Viewer, address: SkillAddress, to: string): Promise<Transfer>
  transfers(viewer: Viewer, query: PageQuery & { status?: TransferStatus | undefined }): Promise<Page<Transfer>>
  /** Throws transfer.not-found, transfer.not-pending, skill.name-taken, auth.forbidden. */
  accept(actor: Viewer, id: string): Promise<Transfer>
  decline(actor: Viewer, id: string): Promise<Transfer>
  cancel(actor: Viewer, id: string): Promise<Transfer>
}

/** Wires it. */
export function createMaintenance({ platform, audit, identity, skills, ...rest }: MaintenanceDeps): Maintenance {
  const deps = { ...platform, ...rest, audit, identity }
  return {
    async setVisibility(actor, address, visibility) {
      await changeVisibility(deps, { actor, address, visibility })
      return skills.get(address, actor)
    },
    async rename(actor, address, name) {
      await renameSkill(deps, { actor, address, name })
      return skills.get(address, actor)
    },
    remove: (actor, address, reason) => removeSkill(deps, { actor, address, reason }),
    deprecate: async (actor, address, advice) => ({
      versions: await deprecateVersions(deps, { actor, address, ...advice }),
    }),
    changeVersion: (actor, { version, ...address }, wanted) =>
      changeVersion(deps, { actor, address, version, ...wanted }),
    setTag: (actor, address, entry) => setTag(deps, { actor, address, ...entry }),
    removeTag: (actor, address, tag) => removeTag(deps, { actor, address, tag }),
    offer: (actor, address, to) => offerTransfer(deps, { actor, address, to }),
    transfers: (viewer, query) => listTransfers(deps, viewer, query),
    accept: (actor, id) => acceptTransfer(deps, { actor, id }),
    decline: (actor, id) => endTransfer(deps, { actor, id }, 'declined'),
    cancel: (actor, id) => endTransfer(deps, { actor, id }, 'cancelled'),
  }
}
