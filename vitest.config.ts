import { defineConfig } from 'vitest/config'
import { SlowFirst } from './tools/testing/slow-first.ts'

const neverTests = ['**/node_modules/**', '**/.next/**', '**/dist/**']

/**
 * Three projects, so that each can be run alone (`vitest run --project unit`):
 * `unit` is everything beside the code, `crash` kills servers, `browser` drives Chromium and so runs one file at a time.
 */
export default defineConfig({
  oxc: { jsx: { runtime: 'automatic' } },
  test: {
    pool: 'forks',
    maxWorkers: 2,
    reporters: ['default'],
    passWithNoTests: false,
    // What is waited for comes, but on a busy machine nobody knows how soon.
    expect: { poll: { timeout: 15_000 } },
    sequence: { sequencer: SlowFirst },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: [
            'packages/**/*.test.{ts,tsx}',
            'apps/{server,cli,web}/**/*.test.{ts,tsx}',
            'tools/**/*.test.ts',
            'examples/*.test.ts',
          ],
          exclude: [...neverTests, 'apps/server/test/crash/**'],
          testTimeout: 20_000,
          hookTimeout: 30_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'crash',
          include: ['apps/server/test/crash/**/*.test.ts'],
          exclude: neverTests,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: ['apps/web/e2e/**/*.e2e.ts'],
          exclude: neverTests,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
