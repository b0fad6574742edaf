import type { Tool } from '../broker/tool.ts'
import { createAiEmbed } from './ai-embed.ts'
import { createAiGenerateObject } from './ai-generate-object.ts'
import { createAiGenerateText } from './ai-generate-text.ts'

/** The calls behind `ctx.ai`. */
export function createAiTools(): Tool[] {
  return [createAiGenerateText(), createAiGenerateObject(), createAiEmbed()]
}
