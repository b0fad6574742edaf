import { readFileSync } from 'node:fs'
import { normalizePermissions } from '@guildhall/contracts'
import { afterAll, expect, it, vi } from 'vitest'
import { createBroker } from '../broker/broker.ts'
import { createJavascriptEngine } from '../engines/javascript/javascript-engine.ts'
import { descendantPids } from '../guests/resident-memory.ts'
import { createSandbox } from '../sandbox.ts'

const sandbox = createSandbox({ engines: [createJavascriptEngine({ poolSize: 0 })] })
afterAll(() => sandbox.close())

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1')
  } catch {
    // It has ended meanwhile.
    return ''
  }
}

const workers = () => descendantPids(process.pid).filter((pid) => commandOf(pid).includes('workshop/process/main.ts'))

const SOURCE = `export async function go(_input, ctx) {
  const { valid } = await ctx.tools.json.validate({ value: 3, schema: { type: 'number' } })
  ctx.stream(valid)
  const html = await ctx.tools.markdown.toHtml({ text: '*' + valid + '*' })
  return html
}`

it('the process that worked for a run ends with it, although all its calls were over before', async () => {
  const during: number[] = []
  const outcome = await sandbox.run({
    kind: 'javascript',
    files: new Map([['main.js', Buffer.from(SOURCE)]]),
    entry: 'main.js',
    action: 'go',
    input: {},
    env: {},
    tools: createBroker({
      permissions: normalizePermissions({ tools: ['json.validate', 'markdown.toHtml'] }),
      workspaceDir: null,
      storage: null,
      workshops: sandbox.workshops,
      onToolCall: () => void during.push(workers().length),
    }),
    onStream: () => {},
    onLog: () => {},
    signal: new AbortController().signal,
  })
  expect(outcome).toMatchObject({ status: 'succeeded', output: expect.stringContaining('<em>true</em>') })
  expect(during).toHaveLength(2)
  expect(Math.min(...during)).toBeGreaterThan(0)
  await vi.waitFor(() => expect(workers()).toEqual([]), { timeout: 10_000 })
})
