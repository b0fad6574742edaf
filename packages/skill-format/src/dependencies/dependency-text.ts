/** Full name and range, as written. */
export type DependencyEntry = [fullName: string, range: string]

/** Splits `@publisher/name@range` at its second @; without a range any version will do. Says nothing of whether either is right. */
export function splitDependency(text: string): DependencyEntry {
  const at = text.indexOf('@', 1)
  return at === -1 ? [text, '*'] : [text.slice(0, at), text.slice(at + 1)]
}
