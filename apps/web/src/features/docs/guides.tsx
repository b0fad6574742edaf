import type { ReactNode } from 'react'
import { InstallGuide } from './install-guide.tsx'
import { PublishGuide } from './publish-guide.tsx'
import { RunGuide } from './run-guide.tsx'

export interface Guide {
  slug: string
  title: string
  lead: string
  body: ReactNode
}

/** The guides in the order they are read. */
export const guides: Guide[] = [
  {
    slug: 'publish',
    title: 'Publish a skill',
    lead: 'From a folder to a signed release.',
    body: <PublishGuide />,
  },
  {
    slug: 'install',
    title: 'Install a skill',
    lead: 'Into your library here, or into the agents on your machine.',
    body: <InstallGuide />,
  },
  {
    slug: 'run',
    title: 'Run a skill',
    lead: 'On the web, in a terminal, from a program.',
    body: <RunGuide />,
  },
]
