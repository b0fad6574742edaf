import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { isWebBuilt } from './web-build.ts'

let root = ''

function write(path: string, changedSeconds: number): void {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), path)
  utimesSync(join(root, path), changedSeconds, changedSeconds)
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'guildhall-web-build-'))
  write('apps/web/src/app/page.tsx', 1000)
  write('packages/contracts/src/index.ts', 1000)
})

afterEach(() => rmSync(root, { recursive: true, force: true }))

test('without a build there is none', () => {
  expect(isWebBuilt(root)).toBe(false)
})

test('a build holds until one of its sources changes', () => {
  write('apps/web/.next/BUILD_ID', 2000)
  expect(isWebBuilt(root)).toBe(true)
  write('packages/contracts/src/index.ts', 3000)
  expect(isWebBuilt(root)).toBe(false)
})

test('browser tests and installed packages are no sources of the build', () => {
  write('apps/web/.next/BUILD_ID', 2000)
  write('apps/web/e2e/journey.e2e.ts', 3000)
  write('apps/web/node_modules/next/index.js', 3000)
  expect(isWebBuilt(root)).toBe(true)
})
