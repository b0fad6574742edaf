import * as z from 'zod'
import { defineTool, type Tool } from '../../broker/tool.ts'

const MAX_TEXT_CHARS = 512 * 1024

const Input = z.strictObject({
  text: z
    .string()
    .max(MAX_TEXT_CHARS)
    .describe('CommonMark with the extensions of GitHub; HTML within it is shown as text'),
})

const Html = z.string().describe('HTML without scripts, whatever the text says')

/** `markdown.toHtml`: HTML of a Markdown text (CommonMark with tables, task lists and the like), safe to show. */
export function createMarkdownToHtml(): Tool {
  return defineTool({
    name: 'markdown.toHtml',
    summary: 'Turn a Markdown text into HTML',
    permission: 'tools:markdown.toHtml',
    input: Input,
    output: Html,
    limits: ['512 Ki characters', '2 MiB of HTML', '5 s'],
    errors: ['too_large'],
    timeoutMs: 5_000,
    async execute(input, { work }) {
      return Html.parse((await work('markdown-to-html', { value: input, blobs: [] })).value)
    },
  })
}
