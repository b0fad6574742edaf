import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { findSkills, openFolder, readSkill } from '../index.ts'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'guildhall-folder-'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

function put(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
}

const skillMd = (name: string): string => `---\nname: ${name}\ndescription: For a test.\n---\nBody.\n`

it('finds and reads the skills of a folder as it lies there', async () => {
  put('skills/one/SKILL.md', skillMd('one'))
  put('skills/one/references/a.md', 'A')
  put('skills/group/two/SKILL.md', skillMd('two'))
  put('.claude/skills/three/SKILL.md', skillMd('three'))
  put('.git/hooks/x/SKILL.md', skillMd('hidden'))
  put('node_modules/x/skills/y/SKILL.md', skillMd('dependency'))
  symlinkSync('references/a.md', join(root, 'skills/one/b.md'))
  const tree = await openFolder(root)
  const discovery = await findSkills(tree, { rootName: 'folder' })
  expect(discovery.skills.map(({ name, directory }) => `${directory} ${name}`)).toEqual([
    'skills/group/two two',
    'skills/one one',
    '.claude/skills/three three',
  ])
  const [, one] = discovery.skills
  if (!one) throw new Error('one was not found')
  const { files } = await readSkill(tree, { skill: one, discovery })
  expect([...files].map(([path, bytes]) => [path, Buffer.from(bytes).toString()])).toEqual([
    ['SKILL.md', skillMd('one')],
    ['b.md', 'A'],
    ['references/a.md', 'A'],
  ])
})

it('takes a root that is a skill for one, and what lies in skills/ for others', async () => {
  put('SKILL.md', skillMd('root'))
  put('examples/SKILL.md', skillMd('example'))
  put('skills/inner/SKILL.md', skillMd('inner'))
  const tree = await openFolder(root)
  const discovery = await findSkills(tree, { rootName: 'folder' })
  expect(discovery.skills.map(({ name }) => name)).toEqual(['root', 'inner'])
  const [outer] = discovery.skills
  if (!outer) throw new Error('the root was not found')
  const { files } = await readSkill(tree, { skill: outer, discovery })
  expect([...files.keys()].sort()).toEqual(['SKILL.md', 'examples/SKILL.md'])
})

it('searches to depth five where nothing lies in a known place, and calls a nameless skill as its folder', async () => {
  put('a/b/c/d/deep/SKILL.md', '# No frontmatter\n')
  put('a/b/c/d/e/deeper/SKILL.md', skillMd('deeper'))
  const discovery = await findSkills(await openFolder(root), { rootName: 'folder' })
  expect(discovery.skills.map(({ name }) => name)).toEqual(['deep'])
})

it('refuses what is no folder', async () => {
  put('file', 'x')
  await expect(openFolder(join(root, 'file'))).rejects.toMatchObject({ code: 'folder.not-found' })
  await expect(openFolder(join(root, 'nowhere'))).rejects.toMatchObject({ code: 'folder.not-found' })
})
