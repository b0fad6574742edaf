/** One message of a server-sent event stream, https://html.spec.whatwg.org/multipage/server-sent-events.html */
export interface ServerEvent {
  /** The id in force, as `Last-Event-ID` wants it. */
  id: string | null
  data: string
}

export interface ServerEventParser {
  /** Takes the next piece of text and returns the messages that it completed. */
  push: (text: string) => ServerEvent[]
  /** The pause the server wishes before a reconnection, in milliseconds. */
  retryMs: () => number | null
}

function fieldOf(line: string): [string, string] {
  const colon = line.indexOf(':')
  if (colon < 0) return [line, '']
  const value = line.slice(colon + 1)
  return [line.slice(0, colon), value.startsWith(' ') ? value.slice(1) : value]
}

/** Parses a stream piece by piece, wherever it is cut. An unfinished message is kept until its blank line comes. */
export function createServerEventParser(): ServerEventParser {
  let rest = ''
  let isFirst = true
  let data: string[] = []
  let id: string | null = null
  let retry: number | null = null

  const take = (line: string): ServerEvent | null => {
    if (line === '') {
      const event = data.length > 0 ? { id, data: data.join('\n') } : null
      data = []
      return event
    }
    const [field, value] = fieldOf(line)
    if (field === 'data') data.push(value)
    if (field === 'id' && !value.includes('\0')) id = value
    if (field === 'retry' && /^\d+$/.test(value)) retry = Number(value)
    return null
  }

  const push = (text: string): ServerEvent[] => {
    const whole = rest + (isFirst ? text.replace(/^\uFEFF/, '') : text)
    if (text !== '') isFirst = false
    // A carriage return at the very end may be the first half of CRLF: it waits for the next piece.
    const held = whole.endsWith('\r') ? '\r' : ''
    const lines = whole.slice(0, whole.length - held.length).split(/\r\n|\r|\n/)
    rest = (lines.pop() ?? '') + held
    return lines.map(take).filter((event) => event !== null)
  }

  return { push, retryMs: () => retry }
}
