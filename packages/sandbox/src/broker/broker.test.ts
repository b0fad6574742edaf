import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type DeclaredPermissions, type JsonValue, normalizePermissions } from '@guildhall/contracts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { createMemoryStorage } from '../tools/memory-storage.ts'
import { describeTools } from '../tools/standard-tools.ts'
import { workspaceLimits } from '../workspace/workspace-path.ts'
import { createBroker, type ToolCallEntry } from './broker.ts'
import { defineTool, storageLimits, type Tool } from './tool.ts'

interface Setting {
  granted?: DeclaredPermissions
  tools?: Tool[]
  workspaceDir?: string
  concurrentCalls?: number
}

function brokerWith({ granted = {}, ...options }: Setting) {
  const entries: ToolCallEntry[] = []
  const broker = createBroker({
    permissions: normalizePermissions(granted),
    workspaceDir: null,
    storage: createMemoryStorage(),
    onToolCall: (entry) => void entries.push(entry),
    ...options,
  })
  const call = (name: string, args: JsonValue, signal = new AbortController().signal) => broker.call(name, args, signal)
  return { call, entries }
}

function slowTool(execute: () => Promise<JsonValue>, timeoutMs = 10_000): Tool {
  return defineTool({ name: 'slow', summary: '', permission: 'storage', input: z.unknown(), timeoutMs, execute })
}

describe('the broker', () => {
  it('refuses every tool without its permission, names the permission and reports it', async () => {
    const { call, entries } = brokerWith({})
    for (const { name, permission } of describeTools()) {
      const answer = await call(name, { url: 'https://example.com/' })
      const expected = permission === 'network' ? 'network:example.com' : permission
      expect(answer).toMatchObject({
        success: false,
        errorType: 'permission_denied',
        error: `Permission refused: ${expected} was not granted to this skill (${name})`,
      })
      expect(entries.at(-1)).toMatchObject({ tool: name, outcome: 'refused', permission: expected })
    }
  })

  it('never rejects and never serves an unknown tool, whatever it is asked', async () => {
    const { call } = brokerWith({ granted: { storage: true, tools: ['csv.parse'] } })
    const name = fc.oneof(
      fc.string(),
      fc.constantFrom('__proto__', 'constructor', 'toString', 'csv', 'csv.parse', 'storage.set'),
    )
    await fc.assert(
      fc.asyncProperty(name, fc.jsonValue(), async (tool, args) => {
        const answer = await call(tool, JSON.parse(JSON.stringify(args)))
        const isKnown = describeTools().some((known) => known.name === tool)
        expect(answer.success ? 'ok' : answer.errorType).toMatch(isKnown ? /ok|input_invalid/ : /unknown_tool/)
      }),
    )
  })

  it('says that AI is not configured, but only to those who may use it', async () => {
    const { call } = brokerWith({ granted: { ai: true } })
    expect(await call('ai.generateText', { prompt: 'x' })).toMatchObject({
      errorType: 'not_configured',
      error: 'AI is not configured on this server',
    })
  })

  it('stores, lists and deletes values, and answers null for what is not there', async () => {
    const { call } = brokerWith({ granted: { storage: true } })
    expect(await call('storage.get', { key: 'a' })).toMatchObject({ success: true, data: null })
    await call('storage.set', { key: 'a/1', value: { x: [1] } })
    await call('storage.set', { key: 'b', value: null })
    expect(await call('storage.get', { key: 'a/1' })).toMatchObject({ data: { x: [1] } })
    expect(await call('storage.list', {})).toMatchObject({ data: ['a/1', 'b'] })
    expect(await call('storage.list', { prefix: 'a/' })).toMatchObject({ data: ['a/1'] })
    expect(await call('storage.delete', { key: 'b' })).toMatchObject({ data: true })
    expect(await call('storage.delete', { key: 'b' })).toMatchObject({ data: false })
  })

  it('refuses values that are too large, and says when the store is full', async () => {
    const { call } = brokerWith({ granted: { storage: true } })
    const value = 'x'.repeat(storageLimits.valueBytes - 2)
    expect(await call('storage.set', { key: 'big', value: `${value}x` })).toMatchObject({ errorType: 'too_large' })
    for (let i = 0; i < 64; i++)
      expect(await call('storage.set', { key: `k${i}`, value })).toMatchObject({ success: true })
    expect(await call('storage.set', { key: 'more', value })).toMatchObject({ errorType: 'quota_exceeded' })
  })

  it('reads and writes files of the workspace, also as base64', async () => {
    const workspaceDir = await mkdtemp(join(tmpdir(), 'guildhall-test-'))
    const { call } = brokerWith({ granted: { fileSystem: true }, workspaceDir })
    expect(await call('file.write', { path: 'a.bin', content: 'AP8=', encoding: 'base64' })).toMatchObject({
      data: { sizeBytes: 2 },
    })
    expect(await call('file.read', { path: 'a.bin', encoding: 'base64' })).toMatchObject({ data: 'AP8=' })
    expect(await call('file.list', {})).toMatchObject({ data: [{ path: 'a.bin', kind: 'file', sizeBytes: 2 }] })
    await rm(workspaceDir, { recursive: true })
  })

  it('keeps the quota of the workspace when files are written at the same time', async () => {
    const workspaceDir = await mkdtemp(join(tmpdir(), 'guildhall-test-'))
    const { call } = brokerWith({ granted: { fileSystem: true }, workspaceDir })
    const answers = await Promise.all(
      Array.from({ length: workspaceLimits.files + 8 }, (_, i) => call('file.write', { path: `f${i}`, content: '' })),
    )
    expect(answers.filter((answer) => answer.success)).toHaveLength(workspaceLimits.files)
    await rm(workspaceDir, { recursive: true })
  })

  it('parses CSV with quotes, line breaks and hostile column names', async () => {
    const { call } = brokerWith({ granted: { tools: ['csv.parse', 'csv.stringify'] } })
    const parsed = await call('csv.parse', { text: '\ufeffname,__proto__\r\n"a, ""b""\nc",2\r\n' })
    expect(JSON.stringify(parsed)).toContain('[{"name":"a, \\"b\\"\\nc","__proto__":"2"}]')
    expect(await call('csv.parse', { text: 'a;b', delimiter: ';', header: false })).toMatchObject({
      data: [['a', 'b']],
    })
    expect(await call('csv.parse', { text: 'a,b\n1' })).toMatchObject({
      errorType: 'input_invalid',
      error: expect.stringContaining('line 2'),
    })
    expect(await call('csv.parse', { text: 'a,b\n1', ragged: true })).toMatchObject({ data: [{ a: '1', b: '' }] })
  })

  it('writes CSV that reads back as it was', async () => {
    const { call } = brokerWith({ granted: { tools: ['csv.parse', 'csv.stringify'] } })
    const cell = fc.string({
      unit: fc.constantFrom('a', ',', '"', '\n', '\r', ' ', 'é', '='),
      minLength: 1,
      maxLength: 6,
    })
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 5 }), async (rows) => {
        const written = await call('csv.stringify', { rows: rows.map(([x, y]) => ({ x, y })) })
        const text = written.success ? written.data : null
        expect(await call('csv.parse', { text })).toMatchObject({ data: rows.map(([x, y]) => ({ x, y })) })
      }),
    )
  })

  it('quotes what a spreadsheet would take for a formula, where that is asked for', async () => {
    const { call } = brokerWith({ granted: { tools: ['csv.stringify'] } })
    expect(await call('csv.stringify', { rows: [['=1+1']], escapeFormulas: true })).toMatchObject({ data: "'=1+1\n" })
  })

  it('answers for a tool that takes too long, and for one that breaks, without telling the skill why', async () => {
    const stuck = brokerWith({ granted: { storage: true }, tools: [slowTool(() => new Promise(() => {}), 20)] })
    expect(await stuck.call('slow', {})).toMatchObject({ errorType: 'timeout', error: 'slow took longer than 20 ms' })
    const fault = new Error('password of the database')
    const broken = brokerWith({ granted: { storage: true }, tools: [slowTool(() => Promise.reject(fault))] })
    expect(await broken.call('slow', {})).toMatchObject({ errorType: 'tool_error', error: 'slow failed' })
    expect(broken.entries).toMatchObject([{ outcome: 'failed', cause: fault }])
  })

  it('serves only so many calls at a time, and none after the run has ended', async () => {
    const gates: (() => void)[] = []
    const tool = slowTool(() => new Promise((resolve) => gates.push(() => resolve(null))))
    const { call } = brokerWith({ granted: { storage: true }, tools: [tool], concurrentCalls: 2 })
    const run = new AbortController()
    const calls = [1, 2, 3].map(() => call('slow', {}, run.signal))
    await Promise.resolve()
    expect(gates).toHaveLength(2)
    gates[0]?.()
    expect(await calls[0]).toMatchObject({ success: true })
    run.abort()
    expect(await Promise.all(calls.slice(1))).toMatchObject([{ errorType: 'cancelled' }, { errorType: 'cancelled' }])
    expect(await call('slow', {}, run.signal)).toMatchObject({ errorType: 'cancelled' })
  })
})
