import * as z from 'zod'
import { defineTool, type Tool } from '../../broker/tool.ts'
import { readInput, readsAndWritesFiles, TargetField, writeResult, writtenFields } from '../file/workspace-io.ts'
import { PathField } from '../file/workspace-of.ts'

const MAX_SIDE = 8192
const MAX_RESULT_PIXELS = 32_000_000

const Side = z.int().min(1).max(MAX_SIDE).optional()

const Input = z
  .strictObject({
    path: PathField,
    to: TargetField,
    width: Side.describe('In pixels; default as the height asks for'),
    height: Side.describe('In pixels; default as the width asks for'),
    fit: z
      .enum(['inside', 'cover', 'contain', 'fill'])
      .default('inside')
      .describe(
        'inside: whole and never larger than before; cover: cut; contain: with a border; fill: out of proportion',
      ),
    format: z.enum(['jpeg', 'png', 'webp', 'avif']).describe('The format of the result'),
    quality: z
      .int()
      .min(1)
      .max(100)
      .default(80)
      .describe('Of a format that leaves something out; png leaves out nothing'),
  })
  .refine(({ width, height }) => width !== undefined || height !== undefined, 'must have width or height')
  .refine(
    ({ width = 1, height = 1 }) => width * height <= MAX_RESULT_PIXELS,
    `must ask for at most ${MAX_RESULT_PIXELS} pixels`,
  )

const Output = z.strictObject({ ...writtenFields, width: z.int(), height: z.int() })

const Size = z.strictObject({ width: z.int(), height: z.int() })

/** `image.resize`: an image of the workspace in another size and format, upright, without data on camera and place. */
export function createImageResize(): Tool {
  return defineTool({
    name: 'image.resize',
    summary: 'Resize or convert an image in the workspace',
    permission: 'tools:image.resize',
    alsoNeeds: readsAndWritesFiles,
    input: Input,
    output: Output,
    limits: [
      'JPEG, PNG, WebP, GIF, AVIF and TIFF; of one that moves the first frame',
      '16 MiB, 50 million pixels before, 32 million after, 8,192 on a side',
      '512 MiB of memory',
      '20 s',
    ],
    errors: ['not_found', 'too_large', 'quota_exceeded', 'tool_error', 'not_configured'],
    timeoutMs: 20_000,
    async execute({ path, to, width = null, height = null, fit, format, quality }, context) {
      const value = { width, height, fit, format, quality }
      const payload = { value, blobs: [await readInput(path, context)] }
      const done = await context.work('image-resize', payload)
      const size = Size.parse(done.value)
      return { ...(await writeResult(to, done.blobs[0] ?? new Uint8Array(), context)), ...size }
    },
  })
}
