import { noPermissions, type PackageSummary } from '@guildhall/contracts'
import { expect, test } from 'vitest'
import {
  archiveFileName,
  inspectPackage,
  isPublishable,
  packSkill,
  readArchive,
  readFolder,
  withGeneratedSkillMd,
} from '../src/index.ts'
import { readGoodCases } from './good-case.ts'

const cases = readGoodCases()

test.each(cases)('the good skill %s is judged as its folder says', async (_, one) => {
  const inspection = inspectPackage(await readFolder(one.folder), { directoryName: one.directory })
  expect({
    level: inspection.conformance.level,
    kind: inspection.summary?.kind ?? null,
    publishable: isPublishable(inspection),
    rules: inspection.conformance.findings.map((finding) => finding.rule),
  }).toEqual({ level: one.level, kind: one.kind, publishable: one.publishable, rules: one.rules })
})

test.each(cases.filter(([, one]) => one.kind !== null))(
  'the good skill %s comes out of its own archive as it went in, every time with the same bytes',
  async (_, one) => {
    const files = await readFolder(one.folder)
    const kind = one.kind ?? 'instructions'
    const bytes = await packSkill({ files, kind, name: one.directory })
    const shuffled = new Map([...files].reverse())
    expect(Buffer.compare(bytes, await packSkill({ files: shuffled, kind, name: one.directory }))).toBe(0)
    const back = await readArchive(bytes)
    expect(back.directoryName).toBe(kind === 'instructions' ? one.directory : null)
    expect(back.files).toEqual(files)
  },
)

test('metadata of the frontmatter reaches the summary', async () => {
  const full = cases.find(([name]) => name === 'instructions-full')?.[1]
  const { summary, readme } = inspectPackage(await readFolder(full?.folder ?? ''))
  expect(summary).toEqual({
    name: 'release-notes',
    version: '1.4.0',
    displayName: 'Release notes',
    description: 'Writes release notes from a list of changes. Use before a release.',
    kind: 'instructions',
    entry: null,
    license: 'Apache-2.0',
    category: 'communication',
    tags: ['git', 'writing', 'release'],
    permissions: noPermissions,
    actions: {},
    dependencies: {},
  } satisfies PackageSummary)
  expect(readme).toMatch(/^# release-notes\n/)
})

test('a SKILL.md made from a manifest is portable and carries its words', async () => {
  const app = cases.find(([name]) => name === 'javascript-mini-app')?.[1]
  const files = withGeneratedSkillMd(await readFolder(app?.folder ?? ''))
  const text = new TextDecoder().decode(files.get('SKILL.md'))
  expect(text).toContain("description: 'Splits a bill with a tip between several people: it''s fair -- to the cent.'")
  expect(text).toContain('- `split`: Splits a bill.')
  expect(inspectPackage(files, { directoryName: 'tip-splitter' }).conformance.level).toBe('portable')
  expect(withGeneratedSkillMd(files)).toBe(files)
})

test('archives are called after the skill, its version and its layout', () => {
  expect(archiveFileName('instructions', 'seo-writer', '1.2.3')).toBe('seo-writer-1.2.3.skill')
  expect(archiveFileName('python', 'csv-profile', '1.0.0')).toBe('csv-profile-1.0.0.aisapp')
})
