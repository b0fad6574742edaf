import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readArchive } from '@guildhall/skill-format'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { runHere } from './in-process.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'guildhall-authoring-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const cli = (...argv: string[]) => runHere(argv, { folder })

async function write(path: string, text: string): Promise<void> {
  await mkdir(join(folder, path, '..'), { recursive: true })
  await writeFile(join(folder, path), text)
}

const kinds = ['instructions', 'javascript', 'python', 'workflow']

describe('init', () => {
  it.each(kinds)('makes a skill of kind %s that is portable as it stands', async (kind) => {
    expect(await cli('init', `my-${kind}`, '--kind', kind)).toMatchObject({ code: 0 })
    const { code, out } = await cli('validate', `my-${kind}`, '--json')
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject([{ conformance: { level: 'portable', findings: [] }, summary: { kind } }])
  })

  it('never writes over a file, and then writes none', async () => {
    await write('tea/manifest.json', 'mine')
    const { code, err } = await cli('init', 'tea', '--kind', 'javascript')
    expect([code, err]).toEqual([1, expect.stringContaining('manifest.json is there already')])
    expect(await readdir(join(folder, 'tea'))).toEqual(['manifest.json'])
    expect(await readFile(join(folder, 'tea/manifest.json'), 'utf8')).toBe('mine')
  })

  it('refuses a folder whose name no skill can have', async () => {
    expect(await cli('init', 'My Skill')).toMatchObject({ code: 2, err: expect.stringContaining('single hyphens') })
    expect(await readdir(folder)).toEqual([])
  })
})

const broken = '\uFEFF---\nname: Tea Pot\ndescription: Makes tea.\nauthor: me\n---\n\nBoil.\n'

describe('validate', () => {
  it('takes a folder, its SKILL.md, an archive, and this folder', async () => {
    await cli('init', 'tea')
    await cli('pack', 'tea')
    expect(await cli('validate', 'tea', 'tea/SKILL.md', 'tea-0.1.0.skill')).toMatchObject({ code: 0 })
    expect(await runHere(['validate', '.'], { folder: join(folder, 'tea') })).toMatchObject({ code: 0 })
  })

  it('mends what can be mended, says each thing, and keeps the rights of the file', async () => {
    await write('tea/SKILL.md', broken)
    const before = (await stat(join(folder, 'tea/SKILL.md'))).mode
    const { code, out } = await cli('validate', 'tea', '--fix')
    expect(code).toBe(0)
    expect(out).toMatch(/mended .*byte order mark/)
    expect(out).toContain('author was moved under metadata')
    const mended = await readFile(join(folder, 'tea/SKILL.md'), 'utf8')
    expect(mended).toMatch(/^---\nname: tea\n[^]*\nBoil\.\n$/)
    expect((await stat(join(folder, 'tea/SKILL.md'))).mode).toBe(before)
    expect(JSON.parse((await cli('validate', 'tea', '--fix', '--json')).out)).toMatchObject([{ fixes: [] }])
    expect(await readdir(join(folder, 'tea'))).toEqual(['SKILL.md'])
  })

  it('mends no archive and nothing that is not UTF-8, and leaves both as they were', async () => {
    await cli('init', 'tea')
    await cli('pack', 'tea')
    await mkdir(join(folder, 'pot'))
    await writeFile(join(folder, 'pot/SKILL.md'), Uint8Array.from([0x2d, 0xff]))
    const { code, out } = await cli('validate', 'tea-0.1.0.skill', 'pot', '--fix', '--json')
    expect(code).toBe(1)
    expect(JSON.parse(out)).toMatchObject([
      { error: { what: 'An archive is not mended' } },
      { error: { what: 'SKILL.md is not valid UTF-8' } },
    ])
    expect(await readFile(join(folder, 'pot/SKILL.md'))).toHaveLength(2)
  })
})

/** Measured by running `agentskills validate` (skills-ref 0.1.1) in a folder with these skills. */
const measured: [path: string, code: number, out: string, err: string][] = [
  ['tea', 0, 'Valid skill: tea\n', ''],
  ['./tea//', 0, 'Valid skill: tea\n', ''],
  ['tea/SKILL.md', 0, 'Valid skill: tea\n', ''],
  ['pot', 1, '', "Validation failed for pot:\n  - Directory name 'pot' must match skill name 'tea'\n"],
  ['tea/..', 1, '', 'Validation failed for tea/..:\n  - Missing required file: SKILL.md\n'],
  ['file', 1, '', 'Validation failed for file:\n  - Not a directory: file\n'],
  [
    'nowhere',
    2,
    '',
    "Usage: agentskills validate [OPTIONS] SKILL_PATH\nTry 'agentskills validate --help' for help.\n\nError: Invalid value for 'SKILL_PATH': Path 'nowhere' does not exist.\n",
  ],
]

describe('as the reference tools do', () => {
  beforeEach(async () => {
    const text = '---\nname: tea\ndescription: Makes "tea" & <more>.\n---\n'
    await write('tea/SKILL.md', text)
    await write('pot/SKILL.md', text)
    await write('file', '')
  })

  it.each(measured)('validate --reference %s prints the same and ends the same', async (path, code, out, err) => {
    expect(await cli('validate', '--reference', path)).toEqual({ code, out, err })
  })

  it('this folder has no name, as the reference sees it', async () => {
    const here = await runHere(['validate', '--reference', '.'], { folder: join(folder, 'tea') })
    const err = "Validation failed for .:\n  - Directory name '' must match skill name 'tea'\n"
    expect(here).toEqual({ code: 1, out: '', err })
  })

  it('read-properties and to-prompt print the same', async () => {
    const json = '{\n  "name": "tea",\n  "description": "Makes \\"tea\\" & <more>."\n}\n'
    expect(await cli('read-properties', 'tea/SKILL.md')).toEqual({ code: 0, out: json, err: '' })
    expect(await cli('read-properties', 'file')).toEqual({
      code: 1,
      out: '',
      err: 'Error: SKILL.md not found in file\n',
    })
    const prompt = (await cli('to-prompt', 'tea')).out
    expect(prompt).toContain('<description>\nMakes &quot;tea&quot; &amp; &lt;more&gt;.\n</description>')
    expect(prompt).toContain(`/${folder.split('/').at(-1)}/tea/SKILL.md\n`)
    expect(await cli('to-prompt')).toMatchObject({
      code: 2,
      err: expect.stringMatching(
        /^Usage: agentskills to-prompt .*\n.*\n\nError: Missing argument 'SKILL_PATHS\.\.\.'\.\n$/,
      ),
    })
  })

  it('prints no JSON and mends nothing', async () => {
    for (const option of ['--json', '--fix'])
      expect(await cli('validate', 'tea', '--reference', option)).toMatchObject({ code: 2, out: '' })
  })
})

const Packed = z.object({ file: z.string(), sizeBytes: z.number(), format: z.string() })

describe('pack', () => {
  it.each(['skill', 'zip', 'tar.gz'])(
    'makes a %s with the same files and the same bytes every time',
    async (format) => {
      await cli('init', 'tea')
      await cp(join(folder, 'tea'), join(folder, 'copy/tea'), { recursive: true })
      const files = ['tea', 'copy/tea'].map(async (path, index) => {
        const { out } = await cli('pack', path, '--format', format, '-o', `${index}.${format}`, '--json')
        const { file, sizeBytes } = Packed.parse(JSON.parse(out))
        const bytes = await readFile(file)
        expect(bytes.length).toBe(sizeBytes)
        return bytes
      })
      const [first, second] = await Promise.all(files)
      expect(first).toEqual(second)
      const { files: unpacked, directoryName } = await readArchive(first ?? new Uint8Array())
      expect([...unpacked.keys()]).toEqual(['SKILL.md'])
      expect(directoryName).toBe(format === 'skill' ? 'tea' : null)
    },
  )

  it('refuses a format that is for another kind', async () => {
    await cli('init', 'tea')
    expect(await cli('pack', 'tea', '--format', 'aisapp')).toMatchObject({ code: 2 })
    expect(await cli('pack', 'tea', '--format', 'rar')).toMatchObject({ code: 2 })
    expect(await readdir(folder)).toEqual(['tea'])
  })
})

describe('doctor', () => {
  it('says of each thing whether it is well and what to do, and ends with 1 where something fails', async () => {
    await mkdir(join(folder, '.claude'))
    const { code, out } = await cli('doctor', '--json')
    const { isWell, checks } = z
      .object({ isWell: z.boolean(), checks: z.array(z.looseObject({ name: z.string(), state: z.string() })) })
      .parse(JSON.parse(out))
    expect([code, isWell]).toEqual([1, false])
    expect(Object.fromEntries(checks.map(({ name, state }) => [name, state]))).toMatchObject({
      node: 'ok',
      registry: 'fail',
      agents: 'ok',
      lock: 'ok',
    })
    for (const { state, remedy } of checks) expect(state === 'ok').toBe(remedy === null)
  })

  it('sees a lock file that cannot be read and tokens that others can', async () => {
    await write('guildhall.lock', '{')
    await mkdir(join(folder, '.config/guildhall'), { recursive: true })
    await writeFile(join(folder, '.config/guildhall/credentials.json'), '{"version":1,"registries":{}}', {
      mode: 0o644,
    })
    const { out } = await cli('doctor')
    expect(out).toMatch(/^fail {2}lock /m)
    expect(out).toMatch(/^fail {2}tokens .*\n +chmod 600 /m)
  })
})
