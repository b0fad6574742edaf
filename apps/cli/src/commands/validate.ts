import { complete, type DefineCommand, noOptions } from '../define-command.ts'
import { exitCodes } from '../failures.ts'
import { failureLines, failureReport } from '../output/failure-lines.ts'
import { conformanceLines } from '../output/finding-lines.ts'
import { permissionLines } from '../output/permission-lines.ts'
import type { Session } from '../session.ts'
import { firstReason, readSkillSource, type SkillSource } from '../skill-source.ts'

interface Verdict {
  isPublishable: boolean
  json: unknown
  lines: string[]
}

async function linesOf(source: SkillSource, session: Session): Promise<string[]> {
  const { describePermissions } = await import('@guildhall/contracts')
  const { conformance, summary } = source.inspection
  const permissions = summary === null ? [] : permissionLines(describePermissions(summary.permissions), session.paint)
  const verdict = source.isPublishable
    ? session.paint.green('can be published')
    : session.paint.red(`cannot be published: ${firstReason(source.inspection)}`)
  return [...conformanceLines(conformance, session.paint), ...permissions, `  ${verdict}`]
}

async function verdictOn(session: Session, given: string): Promise<Verdict> {
  try {
    const source = await readSkillSource(session.host.cwd, given)
    const { isPublishable, inspection, files } = source
    const { conformance, summary } = inspection
    const json = { path: given, isPublishable, files: files.size, conformance, summary }
    const name = summary === null ? given : `${given}  ${session.paint.dim(`${summary.name}, ${summary.kind}`)}`
    return { isPublishable, json, lines: [session.paint.bold(name), ...(await linesOf(source, session))] }
  } catch (error) {
    const report = failureReport(error, session.registry)
    const lines = [session.paint.bold(given), ...failureLines(report, session.paint).map((line) => `  ${line}`)]
    return { isPublishable: false, json: { path: given, isPublishable: false, error: report }, lines }
  }
}

/** guildhall validate */
export const defineValidate: DefineCommand = (command, invocation) => {
  command.argument('<path...>', 'skill folders or archives')
  complete(command, invocation, {
    options: noOptions,
    examples: ['validate ./my-skill', 'validate skills/*', 'validate my-skill.zip --json'],
    run: async (session, { args }) => {
      const verdicts: Verdict[] = []
      for (const path of args) verdicts.push(await verdictOn(session, path))
      const good = verdicts.filter((verdict) => verdict.isPublishable).length
      session.result(
        verdicts.map((verdict) => verdict.json),
        () => verdicts.flatMap((verdict, index) => [...(index > 0 ? [''] : []), ...verdict.lines]),
      )
      if (verdicts.length > 1) session.note(`\n${good} of ${verdicts.length} can be published.`)
      return good === verdicts.length ? exitCodes.ok : exitCodes.failed
    },
  })
}
