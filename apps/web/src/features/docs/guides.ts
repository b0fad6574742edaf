import { guideFiles } from './guide-files.ts'
import { guideGroups } from './guide-groups.ts'
import { type GuideFacts, readGuide } from './read-guide.ts'

export interface Guide extends GuideFacts {
  slug: string
  group: string
  markdown: string
}

/** Every guide in the order in which they are read. */
export function allGuides(): Guide[] {
  return guideGroups.flatMap(({ title, slugs }) => slugs.map((slug) => guideOf(slug, title)))
}

function guideOf(slug: string, group: string): Guide {
  const markdown = guideFiles.get(slug)
  if (markdown === undefined)
    throw new Error(`docs/guides/${slug}.md is not in this build; correct guide-groups.ts or build the web again`)
  return { slug, group, markdown, ...readGuide(markdown) }
}
