/** A text within the limit of `markdown.toHtml` that works for seconds, until it has taken more memory than a workshop process has. */
export const endlessMarkdown = '['.repeat(500_000)
