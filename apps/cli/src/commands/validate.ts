import { describePermissions } from '@guildhall/contracts'
import type { Fix } from '@guildhall/skill-format'
import * as z from 'zod'
import { complete, type DefineCommand } from '../define-command.ts'
import { exitCodes, usageFailure } from '../failures.ts'
import { fixSkill } from '../fix-skill.ts'
import { failureLines, failureReport } from '../output/failure-lines.ts'
import { conformanceLines } from '../output/finding-lines.ts'
import { permissionLines } from '../output/permission-lines.ts'
import { plainText } from '../output/plain-text.ts'
import type { Session } from '../session.ts'
import { firstReason, readSkillSource, type SkillSource } from '../skill-source.ts'
import { validateAsReference } from '../validate-as-reference.ts'

interface Verdict {
  isPublishable: boolean
  json: unknown
  lines: string[]
}

function linesOf(source: SkillSource, session: Session): string[] {
  const { conformance, summary } = source.inspection
  const permissions = summary === null ? [] : permissionLines(describePermissions(summary.permissions), session.paint)
  const verdict = source.isPublishable
    ? session.paint.green('can be published')
    : session.paint.red(`cannot be published: ${firstReason(source.inspection)}`)
  return [...conformanceLines(conformance, session.paint), ...permissions, `  ${verdict}`]
}

function fixLines(fixes: readonly Fix[], { paint }: Session): string[] {
  return fixes.map(
    ({ line, message }) => `  ${paint.green('mended ')}  ${plainText(message)}  ${paint.dim(`line ${line}`)}`,
  )
}

function failedVerdict(session: Session, given: string, error: unknown): Verdict {
  const report = failureReport(error, session.registry)
  const lines = [session.paint.bold(given), ...failureLines(report, session.paint).map((line) => `  ${line}`)]
  return { isPublishable: false, json: { path: given, isPublishable: false, error: report }, lines }
}

async function verdictOn(session: Session, given: string, isFixing: boolean): Promise<Verdict> {
  try {
    const fixes = isFixing ? await fixSkill(session.host.cwd, given) : null
    const source = await readSkillSource(session.host.cwd, given)
    const { isPublishable, inspection, files } = source
    const { conformance, summary } = inspection
    const facts = { path: given, isPublishable, files: files.size, conformance, summary }
    const name = summary === null ? given : `${given}  ${session.paint.dim(`${summary.name}, ${summary.kind}`)}`
    const lines = [session.paint.bold(name), ...fixLines(fixes ?? [], session), ...linesOf(source, session)]
    return { isPublishable, json: fixes === null ? facts : { ...facts, fixes }, lines }
  } catch (error) {
    return failedVerdict(session, given, error)
  }
}

async function judgeAll(session: Session, paths: readonly string[], isFixing: boolean): Promise<number> {
  const verdicts: Verdict[] = []
  for (const path of paths) verdicts.push(await verdictOn(session, path, isFixing))
  const good = verdicts.filter((verdict) => verdict.isPublishable).length
  session.result(
    verdicts.map((verdict) => verdict.json),
    () => verdicts.flatMap((verdict, index) => [...(index > 0 ? [''] : []), ...verdict.lines]),
  )
  if (verdicts.length > 1) session.note(`\n${good} of ${verdicts.length} can be published.`)
  return good === verdicts.length ? exitCodes.ok : exitCodes.failed
}

/** guildhall validate */
export const defineValidate: DefineCommand = (command, invocation) => {
  command
    .argument('<path...>', 'skill folders, their SKILL.md, or archives')
    .option('--fix', 'mend in SKILL.md what can be mended without guessing, say each thing, then check')
    .option(
      '--reference',
      'print exactly what `validate` of the reference tool (skills-ref 0.1.1) prints, nothing of ours',
    )
  complete(command, invocation, {
    options: z.object({ reference: z.boolean().default(false), fix: z.boolean().default(false) }),
    examples: [
      'validate .',
      'validate skills/* --fix',
      'validate my-skill.zip --json',
      'validate ./my-skill --reference',
    ],
    run: async (session, { args, options }) => {
      if (!options.reference) return judgeAll(session, args, options.fix)
      if (options.fix) throw usageFailure('The reference tool mends nothing', 'Leave out --fix or --reference.')
      if (session.isJson) throw usageFailure('The reference tool prints no JSON', 'Leave out --json or --reference.')
      return validateAsReference(session, args)
    },
  })
}
