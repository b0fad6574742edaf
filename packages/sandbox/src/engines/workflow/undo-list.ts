import type { PlannedCall } from '@guildhall/skill-format/workflow'
import type { RunScope } from './run-scope.ts'
import { StepFailure } from './step-failure.ts'
import type { WorkflowRun } from './workflow-run.ts'

interface Undo {
  label: string
  call: PlannedCall
  /** With the output of the step itself. */
  scope: RunScope
}

/** What has been done and can be undone, in the order in which it was completed. */
export class UndoList {
  private readonly done: Undo[] = []

  add(undo: Undo) {
    this.done.push(undo)
  }

  /** Undoes everything, last first, one after the other. What cannot be undone in time, or at all, is told in the log. Never rejects. */
  async run(run: WorkflowRun, withinMs: number): Promise<void> {
    const signal = AbortSignal.timeout(withinMs)
    for (let undo = this.done.pop(); undo !== undefined; undo = this.done.pop()) {
      try {
        if (signal.aborted) throw new StepFailure('timeout', `undoing took longer than ${withinMs} ms`)
        const args = (await run.render(undo.call.arguments, undo.scope, 'compensate')) ?? null
        await run.call(undo.call, args, signal, { isFree: true, onPart: undefined })
        run.journal.log('info', `${undo.label}: undone`)
      } catch (error) {
        const reason = error instanceof Error ? error.message : 'unknown reason'
        run.journal.log('error', `${undo.label}: could not be undone: ${reason}`)
      }
    }
  }
}
