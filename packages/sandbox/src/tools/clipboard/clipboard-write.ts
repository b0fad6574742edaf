import * as z from 'zod'
import { defineTool, type Tool } from '../../broker/tool.ts'
import { refuseWithoutDesktop } from './without-desktop.ts'

const MAX_TEXT_CHARS = 1024 * 1024

/** `clipboard.write`: puts a text on the clipboard. Only the desktop application has a clipboard. */
export function createClipboardWrite(): Tool {
  return defineTool({
    name: 'clipboard.write',
    summary: 'Put a text on the clipboard',
    permission: 'clipboard',
    input: z.strictObject({ text: z.string().max(MAX_TEXT_CHARS).describe('The text') }),
    output: z.null(),
    limits: ['only on the desktop', '1 Mi characters'],
    errors: ['not_configured'],
    execute: async () => refuseWithoutDesktop(),
  })
}
