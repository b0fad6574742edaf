import type { Execution, ExecutionEvent } from '@guildhall/contracts'
import { exitCodes } from './failures.ts'
import { chunkText, executionErrorLines, usageLine, valueText } from './output/execution-lines.ts'
import { plainLine, plainText } from './output/plain-text.ts'
import type { Session } from './session.ts'

type Ended = Extract<ExecutionEvent, { kind: 'ended' }>

/** Writes events as they come: streamed pieces to standard output, everything beside them to standard error. */
export function createEventWriter(session: Session): (event: ExecutionEvent) => void {
  const { host, paint } = session
  // What goes into a file or a pipe stays as it is; what goes to a terminal must not be able to command it.
  const shown = (text: string) => (host.stdout.isTTY === true ? plainText(text) : text)
  let isMidLine = false
  const freshLine = () => {
    if (isMidLine) host.stdout.write('\n')
    isMidLine = false
  }
  const end = (event: Ended) => {
    freshLine()
    if (event.output !== null) session.print(shown(valueText(event.output)))
    if (event.error !== null) for (const line of executionErrorLines(event.error, paint)) session.note(line)
    if (event.usage !== null) session.note(paint.dim(`${event.status}: ${usageLine(event.usage)}`))
  }
  return (event) => {
    if (session.isJson) return session.print(JSON.stringify(event))
    switch (event.kind) {
      case 'stream': {
        const text = shown(chunkText(event.chunk))
        host.stdout.write(text)
        if (text !== '') isMidLine = !text.endsWith('\n')
        return
      }
      case 'log':
        return session.note(paint.dim(`[${event.level}] ${plainText(event.message)}`))
      case 'tool': {
        const detail = event.detail === null ? '' : `: ${plainLine(event.detail)}`
        const line = `[tool] ${plainLine(event.tool)} ${event.outcome} in ${Math.round(event.durationMs)} ms${detail}`
        return session.note(event.outcome === 'ok' ? paint.dim(line) : paint.yellow(line))
      }
      case 'started':
        return event.attempt > 1 ? session.note(paint.dim(`attempt ${event.attempt}`)) : undefined
      case 'ended':
        return end(event)
    }
  }
}

/** Follows a run to its end. The first Ctrl-C cancels it, the second leaves at once. Returns the exit code. */
export async function followRun(session: Session, execution: Execution): Promise<number> {
  const client = session.signedIn()
  const params = { id: execution.id }
  const leaving = new AbortController()
  let isCancelling = false
  const stopListening = session.host.onInterrupt(() => {
    if (isCancelling) return leaving.abort()
    isCancelling = true
    session.note('Cancelling… (Ctrl-C again leaves without waiting)')
    client.executions.cancel({ params }).catch((error: unknown) => {
      session.note(`It could not be cancelled: ${error instanceof Error ? error.message : String(error)}`)
    })
  })
  const write = createEventWriter(session)
  try {
    for await (const event of client.executions.events({ params }, { signal: leaving.signal })) {
      write(event)
      if (event.kind === 'ended') return event.status === 'succeeded' ? exitCodes.ok : exitCodes.failed
    }
  } catch (error) {
    if (!leaving.signal.aborted) throw error
  } finally {
    stopListening()
  }
  session.note(`Left before the end. See it with: guildhall runs ${execution.id}`)
  return exitCodes.failed
}
