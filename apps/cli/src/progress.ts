import { plainLine } from './output/plain-text.ts'
import type { Session } from './session.ts'

/** One line on a terminal's standard error that says how far a long work is; nothing anywhere else. */
export interface Progress {
  say: (text: string) => void
  /** A line that stays, above the one that moves. */
  keep: (line: string) => void
  end: () => void
}

const CLEAR = '\r\u001B[K'

export function startProgress(session: Session): Progress {
  const { stderr } = session.host
  const isShown = stderr.isTTY === true && !session.isJson
  const clear = () => void (isShown && stderr.write(CLEAR))
  let shown = ''
  const say = (text: string) => {
    shown = session.paint.dim(plainLine(text, session.width - 1))
    if (isShown) stderr.write(CLEAR + shown)
  }
  return {
    say,
    keep: (line) => {
      clear()
      session.note(line)
      if (isShown) stderr.write(shown)
    },
    end: () => {
      shown = ''
      clear()
    },
  }
}
