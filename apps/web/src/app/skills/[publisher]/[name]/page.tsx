import { Readme } from '../../../../features/skills/readme.tsx'
import { skillOfPage } from '../../../../features/skills/skill-page-data.ts'
import type { PageProps } from '../../../../lib/page-props.ts'

export default async function ReadmePage({ params }: PageProps<{ publisher: string; name: string }>) {
  const { publisher, name } = await params
  const skill = await skillOfPage(publisher, name)
  return <Readme markdown={skill.readme} skill={skill} />
}
