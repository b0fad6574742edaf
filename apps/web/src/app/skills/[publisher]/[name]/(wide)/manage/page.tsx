import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { managedSkill } from '../../../../../../features/maintenance/managed-skill.ts'
import { ManageSkill } from '../../../../../../features/maintenance/manage-skill.tsx'
import { mayManage, skillAt } from '../../../../../../features/skills/skill-page-data.ts'
import type { PageProps } from '../../../../../../lib/page-props.ts'
import { paths } from '../../../../../../lib/paths.ts'
import { requireUser } from '../../../../../../lib/session.ts'

export const metadata: Metadata = { title: 'Manage' }

export default async function ManagePage({ params }: PageProps<{ publisher: string; name: string }>) {
  const address = await params
  const user = await requireUser(paths.skillManage(address))
  const skill = await skillAt(address, paths.skillManage)
  if (!(await mayManage(skill))) notFound()
  return (
    <>
      <h1 className="pb-8 text-2xl font-semibold tracking-tight">Manage</h1>
      <ManageSkill
        skill={skill}
        managed={await managedSkill(skill)}
        isOwner={user.handle === skill.publisher}
        isAdmin={user.role === 'admin'}
      />
    </>
  )
}
