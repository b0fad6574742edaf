import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'

const script = `
import { createLog } from ${JSON.stringify(new URL('log.ts', import.meta.url).href)}
import { DrizzleQueryError } from 'drizzle-orm/errors'
const failed = new DrizzleQueryError('select * from sessions where token = $1', ['very\\nsecret'], new Error('connection lost'))
const log = createLog('debug')
log.error({ err: failed }, 'direct')
log.error({ err: new Error('the job broke', { cause: failed }) }, 'as a cause')
log.error({ err: 'no error' }, 'a text')
`

test('a failed query is logged without what it was given', () => {
  const { stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: import.meta.dirname,
    encoding: 'utf8',
  })
  expect(stderr).not.toContain('secret')
  expect(stderr.trim().split('\n')).toHaveLength(3)
  expect(stderr).toContain('select * from sessions')
  expect(stderr).toContain('connection lost')
  expect(stderr).toContain('the job broke')
  expect(stderr).toContain('no error')
})
