import type { Metadata } from 'next'
import { PermissionList } from '../../../../../../features/skills/permission-list.tsx'
import { skillAt } from '../../../../../../features/skills/skill-page-data.ts'
import type { PageProps } from '../../../../../../lib/page-props.ts'
import { paths } from '../../../../../../lib/paths.ts'

export const metadata: Metadata = { title: 'Permissions' }

export default async function PermissionsPage({ params }: PageProps<{ publisher: string; name: string }>) {
  const skill = await skillAt(await params, paths.skillPermissions)
  return (
    <>
      <p className="measure pb-6">
        Declared by the skill, granted by whoever installs it, and checked at every single call while it runs. What is
        not listed here is refused.
      </p>
      <PermissionList statements={skill.permissionStatements} />
    </>
  )
}
