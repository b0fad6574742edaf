import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AppError, noPermissions, type PackageSummary, type VersionStatus } from '@guildhall/contracts'
import { generateSigningKey, signRename } from '@guildhall/skill-format'
import fc from 'fast-check'
import { compareBuild, prerelease } from 'semver'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { quietUses } from '../../../test/quiet-uses.ts'
import { type SeededUser, seedUser, unopenedArchives } from '../../../test/released-skill.ts'
import { openTestDatabase, type TestDatabase } from '../../../test/test-database.ts'
import { openDiskBlobs } from '../../platform/blobs/disk-blobs.ts'
import { createLocalBus } from '../../platform/bus/bus.ts'
import { systemClock } from '../../platform/clock/clock.ts'
import { createIds } from '../../platform/ids/ids.ts'
import { createPostgresJobs } from '../../platform/jobs/postgres-jobs.ts'
import { createLog } from '../../platform/log/log.ts'
import { createAudit } from '../audit/index.ts'
import { createIdentity } from '../identity/index.ts'
import { createMaintenance, createSkills, type Maintenance, type Skills, type Viewer } from './index.ts'

const numbers = ['1.0.0', '1.1.0-rc.1', '1.1.0', '2.0.0-beta.2', '2.0.0-beta.10', '2.0.0']

let opened: TestDatabase
let folder: string
let skills: Skills
let maintenance: Maintenance
let owner: SeededUser
const admin: Viewer = { userId: 'usr_admin', role: 'admin' }

beforeAll(async () => {
  opened = await openTestDatabase()
  folder = await mkdtemp(join(tmpdir(), 'guildhall-latest-'))
  const { database } = opened
  const [clock, ids, bus, log] = [systemClock, createIds(systemClock), createLocalBus(), createLog('silent')]
  const jobs = createPostgresJobs({ database, ids, log, pollMs: 1000, leaseMs: 15_000 })
  const audit = createAudit({ clock })
  const config = { secret: 'x'.repeat(32), publicUrl: null, isSecureCookie: false }
  const identity = createIdentity({ database, clock, ids, audit, log, config })
  const blobs = await openDiskBlobs(folder)
  skills = createSkills({ database, blobs, bus, clock, ids, canRun: () => false, uses: quietUses })
  const key = generateSigningKey()
  maintenance = createMaintenance({
    platform: { database, bus, clock, ids, jobs },
    audit,
    identity,
    skills,
    signRename: (rename) => signRename(rename, key),
    needsReview: async () => false,
    findLookAlike: async () => null,
  })
  owner = await seedUser(database, 'owner')
})
afterAll(async () => {
  await skills.close()
  await opened.close()
  await rm(folder, { recursive: true, force: true })
})

const summaryOf = (name: string): PackageSummary => ({
  name,
  version: null,
  displayName: null,
  description: 'Does it',
  kind: 'instructions',
  entry: null,
  license: null,
  category: null,
  tags: [],
  permissions: noPermissions,
  actions: {},
  dependencies: {},
})

async function release(name: string, semver: string): Promise<void> {
  await opened.database.transaction(async (q) => {
    const { versionId } = await skills.addVersion(q, {
      publisherId: owner.publisherId,
      publisherHandle: owner.handle,
      summary: { ...summaryOf(name), displayName: `Shown by ${semver}` },
      semver,
      digest: 'd'.repeat(64),
      files: [],
      readme: `Readme of ${semver}`,
      conformance: { level: 'portable', specErrors: [], findings: [] },
      changelog: null,
      provenance: null,
      visibility: null,
      createdBy: owner.userId,
    })
    expect(await skills.release(q, versionId, unopenedArchives)).toBe('released')
  })
}

type Operation = 'release' | 'yank' | 'withdraw' | 'suspend' | 'restore' | 'latest' | 'beta' | 'unbeta'
interface Step {
  operation: Operation
  version: string
}

/** The statuses in which a version takes each step; `unbeta` asks where the tag is instead. */
const possible: Record<Operation, readonly string[]> = {
  release: ['absent'],
  yank: ['released'],
  withdraw: ['released', 'yanked'],
  suspend: ['released', 'yanked', 'withdrawn'],
  restore: ['yanked', 'withdrawn', 'suspended'],
  latest: ['released'],
  beta: ['released'],
  unbeta: numbers,
}

const leadsTo: Partial<Record<Operation, VersionStatus>> = {
  release: 'released',
  yank: 'yanked',
  withdraw: 'withdrawn',
  suspend: 'suspended',
  restore: 'released',
}

/** What should be true of the skill: statuses by version, and what the tags were set to. */
class Model {
  readonly statuses = new Map<string, VersionStatus>()
  held: string | null = null
  beta: string | null = null

  get released(): string[] {
    return numbers.filter((number) => this.statuses.get(number) === 'released')
  }

  get automatic(): string | null {
    const finals = this.released.filter((number) => prerelease(number) === null)
    return (finals.length > 0 ? finals : this.released).toSorted(compareBuild).at(-1) ?? null
  }

  get latest(): string | null {
    return this.held ?? this.automatic
  }

  /** Whether the step is possible; then it is taken. */
  take({ operation, version }: Step): boolean {
    const status = this.statuses.get(version) ?? 'absent'
    if (!possible[operation].includes(operation === 'unbeta' ? (this.beta ?? 'absent') : status)) return false
    const to = leadsTo[operation]
    if (to !== undefined) this.leave(version, to)
    if (operation === 'latest') this.held = version === this.automatic ? null : version
    if (operation === 'beta') this.beta = version
    if (operation === 'unbeta') this.beta = null
    return true
  }

  private leave(version: string, to: VersionStatus): void {
    this.statuses.set(version, to)
    if (to !== 'released' && this.held === version) this.held = null
    if (to !== 'released' && this.beta === version) this.beta = null
  }
}

async function perform(name: string, { operation, version }: Step): Promise<void> {
  const address = { publisher: owner.handle, name }
  switch (operation) {
    case 'release':
      return release(name, version)
    case 'yank':
    case 'withdraw':
      await maintenance.changeVersion(owner, { ...address, version }, { change: operation, reason: 'why' })
      return
    case 'suspend':
    case 'restore':
      await maintenance.changeVersion(admin, { ...address, version }, { change: operation, reason: null })
      return
    case 'latest':
    case 'beta':
      await maintenance.setTag(owner, address, { tag: operation, version })
      return
    case 'unbeta':
      await maintenance.removeTag(owner, address, 'beta')
  }
}

async function succeeds(work: Promise<unknown>): Promise<boolean> {
  try {
    await work
    return true
  } catch (error) {
    if (error instanceof AppError && error.status < 500) return false
    throw error
  }
}

/** What the server says of the skill, to everybody and in lists. */
async function expectAsModelled(name: string, model: Model): Promise<void> {
  const address = { publisher: owner.handle, name }
  const tags = await skills.tags(address, null)
  const wanted = [
    ...(model.latest === null ? [] : [{ tag: 'latest', version: model.latest }]),
    ...(model.beta === null ? [] : [{ tag: 'beta', version: model.beta }]),
  ]
  expect(tags).toEqual(wanted)
  const { items } = await skills.list({ text: name, limit: 20 }, null)
  expect(items.map((item) => item.latestVersion)).toEqual(model.latest === null ? [] : [model.latest])
  const page = await skills.get(address, owner)
  expect(page.availability).toBe(model.latest === null ? 'no-release' : 'available')
  // Without a release the page is that of the highest version that may be shown.
  const shown = model.latest ?? page.latestVersion
  expect(page).toMatchObject({ latestVersion: shown, readme: `Readme of ${shown}` })
  expect(items.map((item) => item.displayName)).toEqual(model.latest === null ? [] : [`Shown by ${shown}`])
  const listed = await skills.versions(address, { limit: 100 }, null)
  expect(listed.items.map((item) => item.version)).toEqual(
    numbers.filter((number) => model.statuses.has(number)).toReversed(),
  )
  expect(Object.fromEntries(listed.items.map((item) => [item.version, item.status]))).toEqual(
    Object.fromEntries(model.statuses),
  )
}

const step = fc.record({
  operation: fc.oneof(
    { weight: 3, arbitrary: fc.constant<Operation>('release') },
    {
      weight: 7,
      arbitrary: fc.constantFrom<Operation>('yank', 'withdraw', 'suspend', 'restore', 'latest', 'beta', 'unbeta'),
    },
  ),
  version: fc.constantFrom(...numbers),
})

test('whatever is released, taken back, restored and tagged: latest is there as long as something is released, and lists show it', async () => {
  let made = 0
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
      made += 1
      const name = `quokka${String.fromCharCode(97 + (made % 26))}${made}`
      const model = new Model()
      // Before its first release there is nothing to change.
      for (const one of [{ operation: 'release', version: '1.0.0' } as const, ...steps]) {
        const isPossible = model.take(one)
        expect([one, await succeeds(perform(name, one).catch(rethrowTaken))]).toEqual([one, isPossible])
      }
      await expectAsModelled(name, model)
    }),
    { numRuns: 20 },
  )
}, 120_000)

/** A number that is taken is refused by a constraint, which the pipeline turns into a finding. */
function rethrowTaken(error: unknown): never {
  const isTaken =
    error instanceof Error && JSON.stringify([error.message, String(error.cause)]).includes('versions_number')
  throw isTaken ? new AppError('version.wrong-status') : error
}
