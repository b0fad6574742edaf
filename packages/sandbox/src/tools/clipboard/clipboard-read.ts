import * as z from 'zod'
import { defineTool, type Tool } from '../../broker/tool.ts'
import { refuseWithoutDesktop } from './without-desktop.ts'

/** `clipboard.read`: the text that was copied. Only the desktop application has a clipboard. */
export function createClipboardRead(): Tool {
  return defineTool({
    name: 'clipboard.read',
    summary: 'Read the text on the clipboard',
    permission: 'clipboard',
    input: z.strictObject({}),
    output: z.string().describe('The text; empty where there is none'),
    limits: ['only on the desktop'],
    errors: ['not_configured'],
    execute: async () => refuseWithoutDesktop(),
  })
}
