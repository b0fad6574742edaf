import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Files that take half a minute or more, the longest first. */
const SLOW = [
  'packages/sandbox/src/hostile-skills.test.ts',
  'apps/server/test/crash/imports.test.ts',
  'apps/cli/test/installer-crash.test.ts',
  'apps/cli/test/first-skill.e2e.test.ts',
  'apps/server/test/processes.test.ts',
  'apps/server/test/clients/clawhub.test.ts',
  'apps/cli/test/installer.e2e.test.ts',
]

function rankOf({ moduleId }: TestSpecification): number {
  const rank = SLOW.findIndex((path) => moduleId.endsWith(path))
  return rank === -1 ? SLOW.length : rank
}

/** Starts what takes long first, so that at the end no worker waits for the other. Beside that, Vitest's own order. */
export class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    return sorted.toSorted((a, b) => rankOf(a) - rankOf(b))
  }
}
