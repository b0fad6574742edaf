import type { Fetch } from '@guildhall/sdk'

/** Null when the length is unknown. */
export type OnProgress = (sentBytes: number, totalBytes: number | null) => void

function headersOf(request: XMLHttpRequest): Headers {
  const headers = new Headers()
  for (const line of request.getAllResponseHeaders().trim().split('\r\n')) {
    const colon = line.indexOf(':')
    if (colon > 0) headers.append(line.slice(0, colon).trim(), line.slice(colon + 1).trim())
  }
  return headers
}

/** A `fetch` for the SDK that tells how much of the body has left; the browser's own cannot. Bodies must be blobs or text. */
export function uploadFetch(onProgress: OnProgress): Fetch {
  return (url, init) =>
    new Promise((resolve, reject) => {
      const request = new XMLHttpRequest()
      request.open(init.method ?? 'GET', url)
      request.responseType = 'text'
      new Headers(init.headers).forEach((value, name) => request.setRequestHeader(name, value))
      request.upload.onprogress = ({ loaded, total, lengthComputable }) =>
        onProgress(loaded, lengthComputable ? total : null)
      request.onload = () =>
        resolve(new Response(request.responseText, { status: request.status, headers: headersOf(request) }))
      request.onerror = () => reject(new TypeError('The connection was lost while sending'))
      request.onabort = () => reject(init.signal?.reason ?? new DOMException('Aborted', 'AbortError'))
      init.signal?.addEventListener('abort', () => request.abort(), { once: true })
      const { body } = init
      request.send(body instanceof Blob || typeof body === 'string' ? body : null)
    })
}
