/** What the json tools keep to. */
export const jsonLimits = { textChars: 2 * 1024 * 1024, expressionChars: 1_000, resultBytes: 2 * 1024 * 1024 }
