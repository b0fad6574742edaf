import { micromark } from 'micromark'
import { gfm, gfmHtml } from 'micromark-extension-gfm'
import * as z from 'zod'
import { answerable, defineJob } from '../define-job.ts'

/** HTML of a Markdown text: HTML within it becomes text, and links lead to http, https, mailto and the like only. */
export const job = defineJob(z.strictObject({ text: z.string() }), async ({ text }) => ({
  value: answerable(
    micromark(text, {
      allowDangerousHtml: false,
      allowDangerousProtocol: false,
      extensions: [gfm()],
      htmlExtensions: [gfmHtml()],
    }),
  ),
}))
