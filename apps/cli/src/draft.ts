import type { Draft, Permissions } from '@guildhall/contracts'
import { packSkill } from '@guildhall/skill-format'
import { askConsent } from './consent.ts'
import { conformanceLines } from './output/finding-lines.ts'
import { Failure } from './failures.ts'
import { archiveName } from './publish-one.ts'
import type { Session } from './session.ts'
import { firstReason, readSkillSource, type SkillSource } from './skill-source.ts'

/** A draft on the server, and what its maker grants to its runs. */
export interface GrantedDraft {
  draft: Draft
  granted: Permissions
}

function unreadable(session: Session, source: SkillSource): Failure {
  for (const line of conformanceLines(source.inspection.conformance, session.paint)) session.note(line)
  return new Failure(`This skill cannot run: ${firstReason(source.inspection)}`, {
    where: source.path,
    remedy: 'Mend the errors above; `guildhall validate` shows them again.',
  })
}

/** Hands the skill of a folder in as a draft, and asks for consent to what it asks for. Nothing is published. */
export async function uploadDraft(session: Session, folder: string, isAccepted: boolean): Promise<GrantedDraft> {
  const source = await readSkillSource(session.host.cwd, folder)
  const { summary } = source.inspection
  if (summary === null) throw unreadable(session, source)
  const { kind, name } = summary
  const bytes = Uint8Array.from(source.archive ?? (await packSkill({ files: source.files, kind, name })))
  const query = { filename: archiveName(summary, summary.version) }
  const draft = await session.signedIn().drafts.create({ query }, { bytes })
  const granted = (draft.summary ?? summary).permissions
  if (draft.permissionStatements.length > 0)
    await askConsent(session, {
      title: `The draft of ${name} asks to:`,
      statements: draft.permissionStatements,
      question: 'Run it with these permissions?',
      isAccepted,
    })
  return { draft, granted }
}
