import * as z from 'zod'
import { defineTool, ToolFailure, type Tool } from '../broker/tool.ts'

function createAiTool(name: string, summary: string): Tool {
  return defineTool({
    name,
    summary,
    permission: 'ai',
    input: z.unknown(),
    async execute() {
      throw new ToolFailure('not_configured', 'AI is not configured on this server', {
        recoveryOptions: ['Ask the administrator to configure a model provider'],
      })
    },
  })
}

/** The calls behind `ctx.ai`. No provider is connected yet, so each one says so, after the permission was checked. */
export function createAiTools(): Tool[] {
  return [
    createAiTool('ai.generateText', 'Have a model write a text'),
    createAiTool('ai.generateObject', 'Have a model fill in a structure'),
    createAiTool('ai.embed', 'Have a model turn a text into a vector'),
  ]
}
