/** The first value of a name in the query of an address; undefined where it is missing or empty. */
export function oneOf(query: Record<string, string | string[] | undefined>, name: string): string | undefined {
  const value = query[name]
  return (Array.isArray(value) ? value[0] : value) || undefined
}
