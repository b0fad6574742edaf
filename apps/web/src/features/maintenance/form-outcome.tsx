import type { ReactNode } from 'react'
import type { ShownProblem } from '../../lib/problem.ts'
import { Notice } from '../../ui/notice.tsx'

/** What became of a form: what went wrong, or that it is done. The second is announced. */
export function FormOutcome({ problem, done }: { problem: ShownProblem | null; done: ReactNode }) {
  return (
    <>
      {problem && (
        <Notice tone="problem" title={problem.title}>
          {problem.remedy}
        </Notice>
      )}
      <p role="status" className="text-sm empty:hidden">
        {!problem && done}
      </p>
    </>
  )
}
