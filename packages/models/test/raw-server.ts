import { createServer, type RequestListener, type Server } from 'node:http'

/** A server on this machine for what no fake provider does: hang, redirect, send rubbish. */
export interface RawServer {
  url: string
  close(): Promise<void>
}

/** Listens on a free port. */
export async function startRawServer(handler: RequestListener): Promise<RawServer> {
  const server: Server = createServer(handler)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** One piece of text as OpenAI's chat completions stream it. */
export function chatChunk(text: string): string {
  const choice = { index: 0, delta: { content: text }, finish_reason: null }
  return `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [choice] })}\n\n`
}
