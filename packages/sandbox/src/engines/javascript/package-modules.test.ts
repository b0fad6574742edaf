import { describe, expect, it } from 'vitest'
import { MAX_SOURCE_BYTES, PackageNotRunnableError, readPackageModules } from './package-modules.ts'

const files = (sources: Record<string, string | Uint8Array>) =>
  new Map(
    Object.entries(sources).map(([path, source]) => [
      path,
      typeof source === 'string' ? new TextEncoder().encode(source) : source,
    ]),
  )
const isSelfContained = (source: string) => readPackageModules(files({ 'main.js': source }), 'main.js').isSelfContained

describe('the modules of a package', () => {
  it.each([
    `import a from './a.js'`,
    `import './a.js'`,
    `import/**/a from'./a.js'`,
    `export const go = () => import('./a.js')`,
    `export * from './a.js'`,
    `export * as all from"./a.js"`,
    `export { a } from/* here */'./a.js'`,
    `export { a } from
      './a.js'`,
    `export const go = () => import.meta.url`,
    `export const go = () => eval("import('./a.js')")`,
  ])('are loaded with hooks where the entry may import something: %s', (source) => {
    expect(isSelfContained(source)).toBe(false)
  })

  it.each([
    'export const go = () => 1',
    'export const go = (input) => Array.from(input.important)',
    'export function go({ from, to }) { return from - to }',
  ])('are loaded without them where the entry stands alone: %s', (source) => {
    expect(isSelfContained(source)).toBe(true)
  })

  it('are loaded with hooks where the entry is long', () => {
    expect(isSelfContained(`export const go = () => '${'x'.repeat(40_000)}'`)).toBe(false)
  })

  it.each([
    ['is missing', {}, 'main.js'],
    ['is no JavaScript', { 'main.txt': '' }, 'main.txt'],
    ['is no text', { 'main.js': new Uint8Array([0xff, 0xfe]) }, 'main.js'],
    ['comes with too much', { 'main.js': '', 'a.json': ' '.repeat(MAX_SOURCE_BYTES + 1) }, 'main.js'],
  ])('cannot be read where the entry %s', (_what, sources, entry) => {
    expect(() => readPackageModules(files(sources), entry)).toThrow(PackageNotRunnableError)
  })
})
