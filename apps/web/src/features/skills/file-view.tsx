import { Notice } from '../../ui/notice.tsx'

/** More than this is offered for download only. */
export const SHOWN_BYTES = 256 * 1024

/** The text of a file, or null where it is none. */
export function textOfBytes(bytes: Uint8Array): string | null {
  if (bytes.includes(0)) return null
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return null
  }
}

/** Takes at most `limit` bytes of a body; the rest is not fetched. */
export async function firstBytes(response: Response, limit: number): Promise<Uint8Array> {
  const reader = response.body?.getReader()
  const pieces: Uint8Array[] = []
  let size = 0
  for (let piece = await reader?.read(); piece && !piece.done && size < limit; piece = await reader?.read()) {
    pieces.push(piece.value)
    size += piece.value.byteLength
  }
  await reader?.cancel()
  const joined = new Uint8Array(size)
  pieces.reduce((offset, piece) => {
    joined.set(piece, offset)
    return offset + piece.byteLength
  }, 0)
  return joined.subarray(0, limit)
}

/** Said instead of a content that cannot be shown. */
export function FileNotShown({ why, href }: { why: string; href: string }) {
  return (
    <div className="py-5">
      <Notice
        action={
          <a href={href} className="link" download>
            Download the file
          </a>
        }
      >
        {why}
      </Notice>
    </div>
  )
}
