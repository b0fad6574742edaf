import type { SkillsDeps } from '../src/modules/skills/index.ts'
import { createLog } from '../src/platform/log/log.ts'

/** Uses of skills, for tests that do not look at how they are counted. */
export const quietUses: SkillsDeps['uses'] = {
  log: createLog('silent'),
  secret: 'x'.repeat(32),
  onDropped: () => undefined,
}
