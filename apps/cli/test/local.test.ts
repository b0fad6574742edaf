import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runHere } from './in-process.ts'
import { runCommand } from './processes.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'guildhall-local-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const cli = (...argv: string[]) => runHere(argv, { folder })

/** Answers the questions of a terminal, in their order. */
const answering = (answers: string[], ...argv: string[]) => runHere(argv, { folder, answers })

async function change(path: string, from: string, to: string): Promise<void> {
  const file = join(folder, path)
  await writeFile(file, (await readFile(file, 'utf8')).replace(from, to))
}

const anyAction = {
  description: 'Does it.',
  input: { type: 'object', additionalProperties: true },
  output: {},
}

/** A skill that keeps what it is told, and says it to a host on request. */
async function writeKeeper(permissions: object): Promise<void> {
  await cli('init', 'keeper', '--kind', 'javascript')
  const files = {
    'action-schema.json': JSON.stringify({ keep: anyAction, tell: anyAction }),
    'manifest.json': JSON.stringify({ name: 'keeper', version: '0.1.0', kind: 'javascript', entry: 'bot-logic.js' }),
    'permissions.json': JSON.stringify(permissions),
    'bot-logic.js': `
      export async function keep({ what }, ctx) {
        await ctx.storage.set('what', what)
        await ctx.tools.file.write({ path: 'note.txt', content: what })
        return await ctx.storage.get('what')
      }
      export const tell = (_input, ctx) => ctx.tools.http.get({ url: 'https://example.com/' })
    `,
  }
  for (const [path, text] of Object.entries(files)) await writeFile(join(folder, 'keeper', path), text)
}
const keepAll = { storage: true, fileSystem: { write: true } }
const keepTea = ['dev', 'keeper', '--action', 'keep', '--input', '{"what":"tea"}', '--once']

describe('dev --once', () => {
  it('runs an action in the sandbox and prints its result, with what it logged beside it', async () => {
    await cli('init', 'words', '--kind', 'javascript')
    const { code, out, err } = await cli('dev', 'words', '--once', '--input', '{"text":"a b c"}')
    expect([code, JSON.parse(out)]).toEqual([0, { words: 3 }])
    expect(err).toContain('3 words')
  })

  it('prints one event a line with --json, the last one with the result', async () => {
    await cli('init', 'words', '--kind', 'javascript')
    const { out } = await cli('dev', 'words', '--once', '--json', '--input', '{"text":"a"}')
    const events = out
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line))
    expect(events).toMatchObject([{ kind: 'started' }, { kind: 'log' }, { kind: 'ended', output: { words: 1 } }])
  })

  it('ends with 1 for a skill that fails, and says where in its code', async () => {
    await cli('init', 'words', '--kind', 'javascript')
    await change('words/bot-logic.js', 'const words', 'null.x; const words')
    const { code, err } = await cli('dev', 'words', '--once', '--input', '{"text":"a"}')
    expect(code).toBe(1)
    expect(err).toContain('bot-logic.js:4')
  })

  it('refuses input and results that the schema of the action forbids', async () => {
    await cli('init', 'words', '--kind', 'javascript')
    const wrong = await cli('dev', 'words', '--once', '--input', '{"text":3}')
    expect(wrong).toMatchObject({ code: 2, out: '', err: expect.stringContaining('input.text must be string') })
    await change('words/bot-logic.js', 'words: words.length', 'words: "three"')
    const result = await cli('dev', 'words', '--once', '--input', '{"text":"a"}')
    expect(result).toMatchObject({ code: 1, err: expect.stringContaining('output_invalid') })
  })

  it('names the actions where there are several, and says what is wrong with what cannot run', async () => {
    await writeKeeper(keepAll)
    expect(await cli('dev', 'keeper', '--once')).toMatchObject({ code: 2, err: expect.stringContaining('keep, tell') })
    expect(await cli('dev', 'keeper', '--once', '--action', 'constructor')).toMatchObject({ code: 2 })
    await cli('init', 'plain')
    const plain = await cli('dev', 'plain', '--once')
    expect(plain).toMatchObject({ code: 1, err: expect.stringContaining('nothing to run') })
    expect(await cli('dev', 'nowhere', '--once')).toMatchObject({ code: 1 })
  })
})

describe('permissions of a local run', () => {
  const questions = (err: string): number => err.match(/The skill keeper wants to/g)?.length ?? 0

  it('are asked for when they are first used, once each; what is always allowed is remembered for the folder', async () => {
    await writeKeeper(keepAll)
    const first = await answering(['a', 'y'], ...keepTea)
    expect([first.code, first.out, questions(first.err)]).toEqual([0, expect.stringContaining('tea'), 2])
    const second = await answering(['y'], ...keepTea)
    expect([second.code, questions(second.err)]).toEqual([0, 1])
    expect((await readdir(join(folder, 'keeper'))).filter((name) => name.startsWith('.'))).toEqual([])
  })

  it('that are denied are refused to the skill', async () => {
    await writeKeeper(keepAll)
    const { code, err } = await answering(['n'], ...keepTea)
    expect([code, err]).toEqual([1, expect.stringContaining('storage was not allowed on this machine')])
  })

  it('are refused where nobody can be asked, unless they were accepted on the command line', async () => {
    await writeKeeper(keepAll)
    expect(await cli(...keepTea)).toMatchObject({ code: 1, err: expect.stringContaining('add --yes') })
    expect(await cli(...keepTea, '--yes')).toMatchObject({ code: 0 })
  })

  it('beyond permissions.json are refused whatever is answered', async () => {
    await writeKeeper(keepAll)
    const tell = ['dev', 'keeper', '--action', 'tell', '--input', '{}', '--once']
    const { code, err } = await answering(['a'], ...tell)
    expect([code, err]).toEqual([1, expect.stringContaining('network:example.com was not granted')])
    expect(await cli(...tell, '--yes')).toMatchObject({ code: 1, err: expect.stringContaining('was not granted') })
  })
})

describe('dev', () => {
  it('asks for the input field by field, offering examples', async () => {
    await cli('init', 'words', '--kind', 'javascript')
    const { code, out, err } = await answering([''], 'dev', 'words', '--once')
    expect([code, JSON.parse(out)]).toEqual([0, { words: 2 }])
    expect(err).toContain('Text [Two words]: ')
  })

  it('runs again after each change, through a mistake as well, and ends with Ctrl-C', async () => {
    await cli('init', 'words', '--kind', 'javascript')
    const seen: unknown[] = []
    let next: NodeJS.Timeout | undefined
    /** What is done after each result that has come; a broken manifest brings none, and its mending does. */
    const steps = [
      () => change('words/bot-logic.js', 'words: words.length', 'words: words.length * 10'),
      () => change('words/bot-logic.js', 'export async', 'exp ort async'),
      () => change('words/bot-logic.js', 'exp ort async', 'export async'),
    ]
    const result = await runCommand(['dev', 'words', '--input', '{"text":"a b"}', '--json'], {
      cwd: folder,
      env: { HOME: folder },
      onOutput(out, child) {
        const ended = out.split('\n').filter((line) => line.endsWith('}') && line.includes('"ended"'))
        if (ended.length === seen.length) return
        seen.splice(0, seen.length, ...ended.map((line): unknown => JSON.parse(line)))
        const step = steps[seen.length - 1]
        // The watcher begins before a run; a step comes once the run is over, as somebody at an editor would.
        clearTimeout(next)
        next = setTimeout(() => (step ? void step() : void child.kill('SIGINT')), 300)
      },
    })
    expect(seen).toMatchObject([
      { status: 'succeeded', output: { words: 2 } },
      { status: 'succeeded', output: { words: 20 } },
      { status: 'failed', error: { errorType: 'skill_error' } },
      { status: 'succeeded', output: { words: 20 } },
    ])
    expect(result.code).toBe(0)
  }, 30_000)
})

describe('test', () => {
  it('runs every case and says how it came out', async () => {
    await cli('init', 'words', '--kind', 'javascript')
    const { code, out } = await cli('test', 'words')
    expect(code).toBe(0)
    expect(out).toContain('2 passed, 0 failed')
    const json = await cli('test', 'words', '--json', '--filter', 'two-words')
    expect(JSON.parse(json.out)).toMatchObject({ passed: 1, failed: 0, cases: [{ id: 'two-words', problems: [] }] })
  })

  it('shows where a result differs, what the skill logged, and ends with 1', async () => {
    await cli('init', 'words', '--kind', 'javascript')
    await change('words/bot-logic.js', 'words: words.length', 'words: 7')
    const { code, out } = await cli('test', 'words')
    expect(code).toBe(1)
    expect(out).toContain('/words should be 2, but is 7')
    expect(out).toContain('log: 2 words')
    expect(out).toContain('0 passed, 2 failed')
  })

  it('says what is wrong where there is nothing to run', async () => {
    await cli('init', 'words', '--kind', 'javascript')
    expect(await cli('test', 'words', '--filter', 'nothing-like-it')).toMatchObject({ code: 1 })
    await writeFile(join(folder, 'words/evals/evals.json'), '{"cases": [{"id": "A b"}]}')
    expect(await cli('test', 'words')).toMatchObject({ code: 1, err: expect.stringContaining('evals/evals.json') })
    await rm(join(folder, 'words/evals'), { recursive: true })
    await mkdir(join(folder, 'words/evals'))
    expect(await cli('test', 'words')).toMatchObject({ code: 1, err: expect.stringContaining('has no evals') })
  })
})
