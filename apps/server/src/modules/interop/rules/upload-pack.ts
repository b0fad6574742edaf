/** A line as git frames it: its length in four hexadecimal digits, then the line. */
const line = (text: string): string => (Buffer.byteLength(text) + 4).toString(16).padStart(4, '0') + text
const FLUSH = '0000'
const NOTHING_IN_COMMON = line('NAK\n')

const CAPABILITIES = [
  'shallow',
  'no-progress',
  'allow-tip-sha1-in-want',
  'allow-reachable-sha1-in-want',
  'symref=HEAD:refs/heads/main',
  'object-format=sha1',
  'agent=guildhall',
].join(' ')

/** What a repository of one commit offers: the branch main, and a tag where there is one. https://git-scm.com/docs/pack-protocol */
export function advertisement(id: string, tag: string | null): string {
  const tags = tag === null ? '' : line(`${id} refs/tags/${tag}\n`)
  const refs = line(`${id} HEAD\0${CAPABILITIES}\n`) + line(`${id} refs/heads/main\n`) + tags
  return line('# service=git-upload-pack\n') + FLUSH + refs + FLUSH
}

/** What a client asks for; null where the text is not of this protocol. */
export interface PackRequest {
  wants: string[]
  /** It wants a shallow clone and is told first where the past is cut off. */
  isShallow: boolean
  /** It has told what it has, and wants to hear what of it is known. */
  hasSome: boolean
  /** It waits for the pack. */
  isDone: boolean
}

const MOST_LINES = 20_000

function linesOf(body: Buffer): string[] | null {
  const lines: string[] = []
  for (let at = 0; at < body.length; ) {
    const digits = body.toString('latin1', at, at + 4)
    if (!/^[0-9a-f]{4}$/i.test(digits) || lines.length > MOST_LINES) return null
    const length = Number.parseInt(digits, 16)
    if (length !== 0 && length < 4) return null
    if (at + length > body.length) return null
    if (length > 4) lines.push(body.toString('latin1', at + 4, at + length).trimEnd())
    at += Math.max(length, 4)
  }
  return lines
}

export function readPackRequest(body: Buffer): PackRequest | null {
  const lines = linesOf(body)
  if (lines === null) return null
  const wants = lines.flatMap((text) => /^want ([0-9a-f]{40})(?: |$)/.exec(text)?.[1] ?? [])
  return {
    wants,
    isShallow: lines.some((text) => text.startsWith('deepen')),
    hasSome: lines.some((text) => text.startsWith('have ')),
    isDone: lines.includes('done'),
  }
}

/** What comes before the pack, and whether the pack follows. */
export function answerTo(request: PackRequest, id: string): { prelude: string; isWithPack: boolean } {
  const foreign = request.wants.find((want) => want !== id)
  if (foreign !== undefined || request.wants.length === 0)
    return { prelude: line(`ERR upload-pack: not our ref ${foreign ?? ''}`), isWithPack: false }
  // The one commit has no past, so nothing is cut off however shallow the clone.
  const cuts = request.isShallow ? FLUSH : ''
  const common = request.isDone || request.hasSome ? NOTHING_IN_COMMON : ''
  return { prelude: cuts + common, isWithPack: request.isDone }
}
