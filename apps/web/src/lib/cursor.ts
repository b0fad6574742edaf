/** The cursor in an address, ready to be put into a query; empty where there is none. */
export function cursorOf(parameters: Record<string, string | string[] | undefined>): { cursor?: string } {
  const cursor = parameters['cursor']
  return typeof cursor === 'string' && cursor !== '' && cursor.length <= 512 ? { cursor } : {}
}
