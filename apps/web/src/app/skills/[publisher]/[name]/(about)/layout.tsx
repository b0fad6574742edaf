import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { clientCommands } from '../../../../../features/installations/client-commands.ts'
import { InstallCommands } from '../../../../../features/installations/install-commands.tsx'
import { InstallPanel } from '../../../../../features/installations/install-panel.tsx'
import { SkillFacts } from '../../../../../features/skills/skill-facts.tsx'
import { SkillHead } from '../../../../../features/skills/skill-head.tsx'
import { skillFrame, skillMetadata, tabCounts } from '../../../../../features/skills/skill-page-data.ts'
import { SkillState } from '../../../../../features/skills/skill-state.tsx'
import { SkillTabs } from '../../../../../features/skills/skill-tabs.tsx'
import { publicOrigin } from '../../../../../lib/public-origin.ts'

interface SkillLayoutProps {
  params: Promise<{ publisher: string; name: string }>
  children: ReactNode
}

export async function generateMetadata({ params }: SkillLayoutProps): Promise<Metadata> {
  const { publisher, name } = await params
  return skillMetadata(publisher, name)
}

export default async function SkillLayout({ params, children }: SkillLayoutProps) {
  const { publisher, name } = await params
  const { skill, version, installation, isSignedIn, isManageable } = await skillFrame(publisher, name)
  return (
    <div className="grid gap-x-14 gap-y-8 lg:grid-cols-[minmax(0,1fr)_18rem] lg:grid-rows-[auto_auto_1fr]">
      <div className="min-w-0 lg:row-span-2">
        <SkillHead skill={skill} />
        <SkillState skill={skill} version={version} />
      </div>
      <div className="min-w-0 lg:pt-8">
        <InstallPanel skill={skill} installation={installation} isSignedIn={isSignedIn} />
      </div>
      <div className="min-w-0 lg:col-start-1 lg:row-start-3">
        <SkillTabs skill={skill} counts={tabCounts(skill)} isManageable={isManageable} />
        <div className="pt-8">{children}</div>
      </div>
      <aside
        aria-label="Facts about this skill"
        className="flex min-w-0 flex-col gap-6 lg:col-start-2 lg:row-span-2 lg:row-start-2"
      >
        {skill.availability === 'available' && (
          <InstallCommands commands={clientCommands(skill, await publicOrigin())} />
        )}
        <SkillFacts skill={skill} version={version} />
      </aside>
    </div>
  )
}
