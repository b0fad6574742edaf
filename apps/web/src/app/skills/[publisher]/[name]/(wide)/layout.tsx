import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { mayManage, skillMetadata, skillOfPage, tabCounts } from '../../../../../features/skills/skill-page-data.ts'
import { SkillNameLine } from '../../../../../features/skills/skill-head.tsx'
import { SkillTabs } from '../../../../../features/skills/skill-tabs.tsx'

interface WideLayoutProps {
  params: Promise<{ publisher: string; name: string }>
  children: ReactNode
}

export async function generateMetadata({ params }: WideLayoutProps): Promise<Metadata> {
  const { publisher, name } = await params
  return skillMetadata(publisher, name)
}

/** The frame of the parts of a skill that need the whole width: files, changes, keeping. */
export default async function WideLayout({ params, children }: WideLayoutProps) {
  const { publisher, name } = await params
  const skill = await skillOfPage(publisher, name)
  return (
    <>
      <SkillNameLine skill={skill} />
      <p className="mt-1 mb-6 font-serif text-xl font-semibold break-name" dir="auto">
        {skill.displayName}
      </p>
      <SkillTabs skill={skill} counts={tabCounts(skill)} isManageable={await mayManage(skill)} />
      <div className="pt-8">{children}</div>
    </>
  )
}
