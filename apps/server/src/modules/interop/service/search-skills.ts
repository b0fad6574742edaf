import type { Skills, Viewer } from '../../skills/index.ts'

export interface SkillsSearch {
  q: string
  limit: number
  owner?: string | undefined
}

/** As the command `skills find` reads it. */
export interface FoundSkills {
  query: string
  skills: { id: string; skillId: string; name: string; installs: number; source: string }[]
  count: number
}

/** Searches as everybody does; `source` is what `npx skills add` takes to install exactly this skill. */
export async function searchForSkills(
  skills: Skills,
  { q, limit, owner }: SkillsSearch,
  { viewer, origin, base }: { viewer: Viewer | null; origin: string; base: string },
): Promise<FoundSkills> {
  const { items } = await skills.list({ ...(q === '' ? {} : { text: q }), publisher: owner, limit }, viewer)
  const found = items.map(({ publisher, name, installCount }) => ({
    id: `${publisher}/${name}`,
    skillId: name,
    name,
    installs: installCount,
    source: `${origin}${base}/@${publisher}/${name}`,
  }))
  return { query: q, skills: found, count: found.length }
}
