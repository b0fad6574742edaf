import { PermissionList } from '../../../../../features/skills/permission-list.tsx'
import { skillOfPage } from '../../../../../features/skills/skill-page-data.ts'
import type { PageProps } from '../../../../../lib/page-props.ts'

export default async function PermissionsPage({ params }: PageProps<{ publisher: string; name: string }>) {
  const { publisher, name } = await params
  const skill = await skillOfPage(publisher, name)
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
