import type { SkillAddress, SkillDetails } from '@guildhall/contracts'
import { Notice } from '../../ui/notice.tsx'
import { DeprecateForm } from './deprecate-form.tsx'
import { ManageSection } from './manage-section.tsx'
import type { ManagedSkill } from './managed-skill.ts'
import { ManagedVersions } from './managed-versions.tsx'
import { RemoveSkill } from './remove-skill.tsx'
import { RenameForm } from './rename-form.tsx'
import { TagTable } from './tag-table.tsx'
import { TransferForm } from './transfer-form.tsx'
import { VisibilityControl } from './visibility-control.tsx'
import { Section } from '../../ui/section.tsx'

export interface ManageSkillProps {
  skill: SkillDetails
  managed: ManagedSkill
  /** The visitor publishes it; an administrator who does not may only suspend, restore, hide and delete. */
  isOwner: boolean
  isAdmin: boolean
}

/** What the publisher alone changes. */
function Naming({ skill, managed }: { skill: SkillAddress; managed: ManagedSkill }) {
  const released = managed.versions.filter(({ status }) => status === 'released').map(({ version }) => version)
  return (
    <>
      <ManageSection
        title="Deprecate"
        lead="Advises against versions without taking anything away. Searches put them last."
      >
        <DeprecateForm skill={skill} />
      </ManageSection>
      <ManageSection
        title="Tags"
        lead="Names for versions that can move. latest is what people get who name no version."
      >
        <TagTable skill={skill} tags={managed.tags} versions={released} />
      </ManageSection>
      <ManageSection title="Rename" lead="The old name leads to the new one for ever. Installed copies keep working.">
        <RenameForm skill={skill} />
      </ManageSection>
      <ManageSection
        title="Transfer"
        lead="Another publisher takes the skill over, once they accept. From then on only they can change it; the old name leads to the new one."
      >
        <TransferForm skill={skill} waiting={managed.waiting} />
      </ManageSection>
    </>
  )
}

/** Everything that can be changed about a skill after its releases. */
export function ManageSkill({ skill, managed, isOwner, isAdmin }: ManageSkillProps) {
  const address = { publisher: skill.publisher, name: skill.name }
  return (
    <div className="flex flex-col gap-14">
      <Section title="Versions">
        <ManagedVersions skill={address} versions={managed.versions} isOwner={isOwner} isAdmin={isAdmin} />
        {managed.hasMore && (
          <div className="pt-4">
            <Notice>The 100 highest versions are shown. For others use the command line.</Notice>
          </div>
        )}
      </Section>
      {isOwner && <Naming skill={address} managed={managed} />}
      <ManageSection title="Visibility" lead="Who may see the skill at all.">
        <VisibilityControl skill={address} visibility={skill.visibility} />
      </ManageSection>
      <ManageSection title="Delete" lead="The end of the skill. It cannot be taken back.">
        <RemoveSkill skill={address} />
      </ManageSection>
    </div>
  )
}
