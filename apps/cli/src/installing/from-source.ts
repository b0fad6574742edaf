import { PackageError, type PackageFiles } from '@guildhall/skill-format'
import { unsignedDigest } from '@guildhall/sdk/install'
import { parseSource, type Source, SourceError } from '@guildhall/skill-sources'
import { Failure } from '../failures.ts'
import { plainLine } from '../output/plain-text.ts'
import type { Session } from '../session.ts'
import { type OfferedSkill, type OpenedSource, openSource } from './opened-source.ts'
import { packageCache } from './package-cache.ts'
import type { ReadySkill } from './ready-skill.ts'

/** The name as a folder and the lock file can have it. Throws where nothing of it is left. */
function slugOf(name: string): string {
  const slug = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 64)
    .replace(/^-|-$/g, '')
  if (slug !== '') return slug
  throw new Failure(`No folder can be called "${plainLine(name, 80)}"`, { remedy: 'Rename the skill in its SKILL.md.' })
}

/** An unsigned skill as it will stand in the lock file: its digest is all that it is known by. */
function unsignedEntry(name: string, offer: OfferedSkill, files: PackageFiles): ReadySkill['entry'] {
  return {
    name,
    version: null,
    digest: unsignedDigest(name, files),
    keyIds: [],
    source: offer.sourceOf(files),
    requested: null,
    direct: true,
    dependencies: {},
  }
}

/** Reads an offered skill and keeps it in the cache. One that is installed keeps its name. */
export async function readOffered(session: Session, offer: OfferedSkill, installedAs?: string): Promise<ReadySkill> {
  const { files, warnings } = await offer.read()
  if (!files.has('SKILL.md') && !files.has('skill.md') && !files.has('manifest.json'))
    throw new Failure(`${plainLine(offer.name, 80)} has no SKILL.md`, { remedy: 'Choose another skill with --list.' })
  const entry = unsignedEntry(installedAs ?? slugOf(offer.name), offer, files)
  await packageCache(session).keep(entry, { files })
  const renamed = entry.name === offer.name ? [] : [`It calls itself "${offer.name}".`]
  return { entry, files, warnings: [...renamed, ...warnings] }
}

function isCalled({ name, folderName }: OfferedSkill, wanted: string): boolean {
  return [name, folderName].some((one) => one.toLowerCase() === wanted.toLowerCase())
}

function chosen({ offered }: OpenedSource, names: readonly string[]): OfferedSkill[] {
  if (names.length === 0 || names.includes('*')) return [...offered]
  return names.map((name) => {
    const offer = offered.find((one) => isCalled(one, name))
    if (offer !== undefined) return offer
    const known = offered.slice(0, 20).map((one) => plainLine(one.name, 40))
    throw new Failure(`The source has no skill called "${plainLine(name, 80)}"`, {
      remedy: `It has: ${known.join(', ')}${offered.length > 20 ? ', …; see --list' : ''}.`,
    })
  })
}

/** The source as typed. `owner/repo` is short for a repository of GitHub, or of what GUILDHALL_GIT_BASE_URL names. */
export function sourceFrom({ host }: Session, text: string): Source {
  const baseUrl = host.env['GUILDHALL_GIT_BASE_URL']
  return parseSource(text, baseUrl ? { baseUrl } : {})
}

/** Opens what was typed; a plain address that offers no index may still be a repository. */
async function openTyped(session: Session, text: string): Promise<{ opened: OpenedSource; skill: string | null }> {
  const source = sourceFrom(session, text)
  const { skill } = source.kind === 'folder' ? { skill: null } : source
  try {
    return { opened: await openSource(session, source), skill }
  } catch (error) {
    if (source.kind !== 'index' || !(error instanceof SourceError) || error.code !== 'index.not-found') throw error
    const repository = parseSource(text, { plainUrl: 'git' })
    const opened = await openSource(session, repository).catch(() => null)
    if (opened === null) throw error
    return { opened, skill }
  }
}

/** A skill of many that cannot be used is told and left out; one that was named is not. */
async function readAll(session: Session, offers: readonly OfferedSkill[], isNamed: boolean): Promise<ReadySkill[]> {
  const ready: ReadySkill[] = []
  for (const offer of offers) {
    const skill = await readOffered(session, offer).catch((error: unknown) => {
      const isSkills = error instanceof PackageError || error instanceof SourceError || error instanceof Failure
      if (isNamed || !isSkills) throw error
      session.note(`${session.paint.yellow('left out')}  ${plainLine(offer.name, 80)}: ${plainLine(error.message)}`)
      return null
    })
    if (skill !== null) ready.push(skill)
  }
  return ready
}

/** The skills of a git repository, a folder or another registry's index. None of them is signed. */
export async function fromSource(
  session: Session,
  text: string,
  { skill: names }: { skill: string[] },
): Promise<ReadySkill[]> {
  const { opened, skill } = await openTyped(session, text)
  try {
    for (const problem of opened.problems) session.note(`${session.paint.yellow('left out')}  ${plainLine(problem)}`)
    const wanted = skill === null ? names : [skill, ...names]
    const ready = await readAll(session, chosen(opened, wanted), wanted.length > 0)
    if (ready.length === 0)
      throw new Failure('The source has no skill that can be used', {
        where: plainLine(text),
        remedy: 'Name a folder that has a SKILL.md.',
      })
    return ready
  } finally {
    await opened.close()
  }
}
