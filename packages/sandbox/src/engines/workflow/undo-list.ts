import type { JsonValue } from '@guildhall/contracts'
import type { PlannedCall, Template } from '@guildhall/skill-format/workflow'
import type { Value } from '../../expression/value.ts'
import type { RunJournal } from './run-journal.ts'
import type { RunScope } from './run-scope.ts'
import { StepFailure } from './step-failure.ts'

interface Undo {
  label: string
  call: PlannedCall
  /** With the output of the step itself. */
  scope: RunScope
}

/** What undoing needs of the run. */
export interface UndoingRun {
  journal: RunJournal
  render(template: Template, scope: RunScope, where: string): Promise<Value>
  call(
    call: PlannedCall,
    args: JsonValue,
    signal: AbortSignal,
    options: { isFree: boolean; onPart: undefined },
  ): Promise<JsonValue>
}

/** What has been done and can be undone, in the order in which it was completed. */
export class UndoList {
  private readonly done: Undo[] = []

  add(undo: Undo) {
    this.done.push(undo)
  }

  /** Undoes everything, last first, one after the other. What cannot be undone in time, or at all, is told in the log. Never rejects. */
  async run(run: UndoingRun, withinMs: number): Promise<void> {
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
