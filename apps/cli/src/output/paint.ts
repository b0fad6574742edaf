/** Puts colour on text, or leaves it alone. */
export interface Paint {
  bold: (text: string) => string
  dim: (text: string) => string
  red: (text: string) => string
  green: (text: string) => string
  yellow: (text: string) => string
  accent: (text: string) => string
}

/** Colours only on a terminal and only where nobody objects: https://no-color.org, FORCE_COLOR, TERM=dumb. */
export function wantsColour(isTerminal: boolean, env: Record<string, string | undefined>): boolean {
  if (env['NO_COLOR']) return false
  if (env['FORCE_COLOR'] && env['FORCE_COLOR'] !== '0') return true
  return isTerminal && env['TERM'] !== 'dumb'
}

export function createPaint(isOn: boolean): Paint {
  const code = (open: number, close: number) => (text: string) =>
    isOn && text !== '' ? `\u001B[${open}m${text}\u001B[${close}m` : text
  return {
    bold: code(1, 22),
    dim: code(2, 22),
    red: code(31, 39),
    green: code(32, 39),
    yellow: code(33, 39),
    accent: code(36, 39),
  }
}
