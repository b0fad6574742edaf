import type { ChosenDependency, Installation, InstallationSecret, Page, Permissions } from '@guildhall/contracts'
import type { StoragePort } from '@guildhall/sandbox'
import type { Queryable } from '../../platform/db/database.ts'
import type { Viewer } from '../skills/index.ts'
import { changeVersion } from './service/change-version.ts'
import type { InstallationsDeps } from './service/installations-deps.ts'
import { type InstallRequest, installSkill } from './service/install-skill.ts'
import {
  type InstallationSecrets,
  listOwnSecrets,
  type OwnSecret,
  removeSecret,
  secretsOf,
  setSecret,
} from './service/keep-secrets.ts'
import { getInstallation, type LibraryQuery, listLibrary } from './service/list-library.ts'
import { runnableInstallation, type RunnableInstallation } from './service/run-installation.ts'
import { createSecretSeal } from './service/seal-secret.ts'
import { createSkillStorage } from './service/skill-storage.ts'
import { uninstallSkill } from './service/uninstall-skill.ts'
import * as store from './store.ts'

/** Libraries: which skills somebody has, at which version, with which consent. Everybody sees only their own. */
export interface Installations {
  /** Throws skill.not-found, version.not-found, version.unavailable, installation.exists, installation.consent-required, dependencies.unresolvable. */
  install(viewer: Viewer, request: InstallRequest): Promise<Installation>
  list(viewer: Viewer, query: LibraryQuery): Promise<Page<Installation>>
  /** Throws installation.not-found. */
  get(viewer: Viewer, id: string): Promise<Installation>
  /** Throws installation.not-found, version.not-found, version.unavailable, installation.consent-required, dependencies.unresolvable. */
  changeVersion(viewer: Viewer, id: string, to: Omit<InstallRequest, 'skill'>): Promise<Installation>
  /** Forgets what the skill stored, keeps its executions. Throws installation.not-found. */
  uninstall(holder: string, id: string): Promise<void>
  /** What is needed to run an action of somebody's skill. Throws installation.not-found. */
  forRun(q: Queryable, holder: string, fullName: string): Promise<RunnableInstallation>
  /** What its holder allows now; null once it is uninstalled. */
  grantOf(q: Queryable, installationId: string): Promise<Permissions | null>
  /** Keeps it there until the transaction ends. False: it was uninstalled. */
  hold(q: Queryable, installationId: string): Promise<boolean>
  /** The versions that runs of this version may call; null where each run chooses them itself. */
  needsOf(q: Queryable, which: { id: string; versionId: string }): Promise<ChosenDependency[] | null>
  /** Counts one run. */
  recordUse(q: Queryable, installationId: string): Promise<void>
  /** The secrets that the skill may use, without their values. Throws installation.not-found. */
  secrets(holder: string, id: string): Promise<{ items: InstallationSecret[] }>
  /** Throws installation.not-found, secret.not-granted. */
  setSecret(which: OwnSecret, value: string): Promise<InstallationSecret>
  /** Throws installation.not-found, secret.not-found. */
  removeSecret(which: OwnSecret): Promise<void>
  /** The values themselves, for runs of this installation. */
  secretsOf(installationId: string): InstallationSecrets
  /** What the skill remembers between runs of this installation. */
  storageOf(installationId: string): StoragePort
}

/** Wires the module. */
export function createInstallations(deps: InstallationsDeps): Installations {
  const sealing = { ...deps, seal: createSecretSeal(deps.serverSecret) }
  return {
    install: (viewer, request) => installSkill(deps, viewer, request),
    list: (viewer, query) => listLibrary(deps, viewer, query),
    get: (viewer, id) => getInstallation(deps, viewer, id),
    changeVersion: (viewer, id, to) => changeVersion(deps, { viewer, id }, to),
    uninstall: (holder, id) => uninstallSkill(deps, holder, id),
    forRun: (q, holder, fullName) => runnableInstallation(deps, q, { holder, fullName }),
    grantOf: (q, installationId) => store.grantOf(q, installationId),
    hold: store.holdInstallation,
    needsOf: store.needsOf,
    recordUse: (q, installationId) => store.countUse(q, installationId, deps.clock.now()),
    secrets: (holder, id) => listOwnSecrets(sealing, holder, id),
    setSecret: (which, value) => setSecret(sealing, which, value),
    removeSecret: (which) => removeSecret(sealing, which),
    secretsOf: (installationId) => secretsOf(sealing, installationId),
    storageOf: (installationId) => createSkillStorage(deps, installationId),
  }
}
