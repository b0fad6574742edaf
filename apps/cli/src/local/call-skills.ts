import type { ExecutionUsage } from '@guildhall/contracts'
import type { CallableSkill, LocalSkillCallerOptions, LogLevel, SkillCaller, ToolCallEntry } from '@guildhall/sandbox'
import type { Callees } from './callees.ts'
import type { OpenSandbox } from './load-sandbox.ts'

/** What is told of the skills that a run calls. */
export interface CalleeListener {
  log: (level: LogLevel, message: string) => void
  tool?: (entry: ToolCallEntry) => void
  usage?: (usage: ExecutionUsage) => void
}

export interface CallingOptions extends Pick<LocalSkillCallerOptions, 'guard'> {
  models: NonNullable<LocalSkillCallerOptions['host']>['models']
  tell: CalleeListener
}

const labelOf = ({ fullName, version }: CallableSkill): string => `${fullName} ${version}`

/** Runs the skills that a run on this machine calls; what they do is told under their names, as on a server. */
export function createCaller({ sandbox, kit }: OpenSandbox, callees: Callees, options: CallingOptions): SkillCaller {
  const { models, tell, guard } = options
  /** The author sees at once that it is the skill that was started which asks for too little. */
  const explain = (callee: CallableSkill, { outcome, permission }: ToolCallEntry): void => {
    if (outcome !== 'refused' || permission === null || !kit.isGranted(callees.declaredBy(callee), permission)) return
    const message = `asks for ${permission}, which the skill that was started does not: a skill that is called gets no more than that one`
    tell.log('warn', `${labelOf(callee)}: ${message}`)
  }
  return kit.createLocalSkillCaller({
    sandbox,
    skills: callees.find,
    host: { models: models ?? null },
    ...(guard === undefined ? {} : { guard }),
    onToolCall(callee, entry) {
      tell.tool?.({ ...entry, tool: `${labelOf(callee)}: ${entry.tool}` })
      explain(callee, entry)
    },
    onLog: (callee, level, message) => tell.log(level, `${labelOf(callee)}: ${message}`),
    onUsage: (_callee, usage) => tell.usage?.(usage),
  })
}
