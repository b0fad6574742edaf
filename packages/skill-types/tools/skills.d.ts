/*
 * Generated from the schemas of the tools by tools/tool-reference/generate.ts; do not edit.
 */

import type { Json } from '../json.d.ts'

export interface SkillsCallInput {
  /**
   * The skill, as @publisher/name
   */
  skill: string
  /**
   * One of its actions
   */
  action: string
  /**
   * What the action takes
   */
  input?: Json
}

/**
 * What the action answers
 */
export type SkillsCallOutput = Json

/** `ctx.tools.skills` */
export interface SkillsTools {
  /**
   * Run an action of another skill.
   * Needs skills.
   * Limits: Skills call one another at most 4 deep; All skills of a run share its time, calls, traffic and tokens.
   */
  call(args: SkillsCallInput): Promise<SkillsCallOutput>
}
