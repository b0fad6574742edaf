import * as z from 'zod'
import { defineTool, type Tool } from '../../broker/tool.ts'
import { readInput, readsFiles } from '../file/workspace-io.ts'
import { PathField } from '../file/workspace-of.ts'

const Input = z.strictObject({ path: PathField })

const Output = z.strictObject({
  format: z.string().describe('Such as jpeg, png, webp or gif'),
  width: z.int().describe('In pixels, before it is turned upright'),
  height: z.int().describe('In pixels; of one frame where there are several'),
  frames: z.int().describe('More than 1 where it moves'),
  hasAlpha: z.boolean().describe('Whether it can be transparent'),
  orientation: z.int().nullable().describe('As EXIF counts: 1 is upright; null where it says nothing'),
})

/** `image.info`: format and size of an image in the workspace. */
export function createImageInfo(): Tool {
  return defineTool({
    name: 'image.info',
    summary: 'See the format and size of an image in the workspace',
    permission: 'tools:image.info',
    alsoNeeds: readsFiles,
    input: Input,
    output: Output,
    limits: ['JPEG, PNG, WebP, GIF, AVIF and TIFF', '16 MiB, 50 million pixels', '10 s'],
    errors: ['not_found', 'too_large', 'tool_error', 'not_configured'],
    async execute({ path }, context) {
      const payload = { value: {}, blobs: [await readInput(path, context)] }
      return Output.parse((await context.work('image-info', payload)).value)
    },
  })
}
