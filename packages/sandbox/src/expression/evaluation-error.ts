/** An expression cannot be evaluated. The message says why, in words that stand before "at character N". */
export class EvaluationError extends Error {
  /** Where in the text that was parsed, from 0; null where it is the expression as a whole. */
  offset: number | null = null
}

/** What was thrown, with the place of the innermost expression that it came from. */
export function placed(thrown: unknown, offset: number): unknown {
  if (thrown instanceof EvaluationError) thrown.offset ??= offset
  return thrown
}
