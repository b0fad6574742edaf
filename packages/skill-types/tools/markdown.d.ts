/*
 * Generated from the schemas of the tools by tools/tool-reference/generate.ts; do not edit.
 */

export interface MarkdownToHtmlInput {
  /**
   * CommonMark with the extensions of GitHub; HTML within it is shown as text
   */
  text: string
}

/**
 * HTML without scripts, whatever the text says
 */
export type MarkdownToHtmlOutput = string

/** `ctx.tools.markdown` */
export interface MarkdownTools {
  /**
   * Turn a Markdown text into HTML.
   * Needs tools:markdown.toHtml.
   * Limits: 512 Ki characters; 2 MiB of HTML; 5 s.
   */
  toHtml(args: MarkdownToHtmlInput): Promise<MarkdownToHtmlOutput>
}
