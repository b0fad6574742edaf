import type { WorkLimits } from '../../expression/work-meter.ts'

/** How much the templates of a workflow may do. */
export const templateWork: WorkLimits = {
  unitsPerPiece: 100_000,
  unitsInAll: 10_000_000,
  words: { piece: 'a template', all: 'the templates of a run' },
}
