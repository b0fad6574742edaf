export interface GuideGroup {
  title: string
  /** Files of `docs/guides` without `.md`. */
  slugs: string[]
}

/** Every guide, in the order in which they are read. */
export const guideGroups: GuideGroup[] = [
  { title: 'Start', slugs: ['first-skill', 'install-and-run'] },
  {
    title: 'Write skills',
    slugs: ['write-a-javascript-skill', 'write-a-python-skill', 'write-a-workflow', 'secrets-and-ai'],
  },
  { title: 'Publish and share', slugs: ['publish-a-skill', 'other-clients'] },
  { title: 'Operate', slugs: ['operate'] },
  { title: 'Reference', slugs: ['cli', 'tools'] },
]
