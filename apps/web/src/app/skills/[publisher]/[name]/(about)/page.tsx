import { Readme } from '../../../../../features/skills/readme.tsx'
import { skillAt } from '../../../../../features/skills/skill-page-data.ts'
import type { PageProps } from '../../../../../lib/page-props.ts'
import { paths } from '../../../../../lib/paths.ts'

export default async function ReadmePage({ params }: PageProps<{ publisher: string; name: string }>) {
  const skill = await skillAt(await params, paths.skill)
  return <Readme markdown={skill.readme} skill={skill} />
}
