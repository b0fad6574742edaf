import { basename, join, relative, resolve } from 'node:path'
import { inspectPackage, isPublishable } from '@guildhall/skill-format'
import { findSkills, openFolder, readSkill } from '@guildhall/skill-sources'
import type { Candidate } from './publish-many.ts'

/** What a folder of this machine holds. */
export interface LocalSkills {
  candidates: Candidate[]
  /** What was left out, and why, in words. */
  leftOut: string[]
}

/** Finds the skills of a folder as an import from a repository does: in the usual places, without doubles and internal ones. */
export async function findLocalSkills(cwd: string, given: string): Promise<LocalSkills> {
  const root = resolve(cwd, given)
  const tree = await openFolder(root)
  const discovery = await findSkills(tree, { rootName: basename(root) })
  const shown = (directory: string) => relative(cwd, join(root, ...directory.split('/'))) || '.'
  const candidates = discovery.skills.map((skill) => ({
    path: shown(skill.directory),
    read: async () => {
      const { files } = await readSkill(tree, { skill, discovery })
      const path = join(root, ...skill.directory.split('/'))
      const inspection = inspectPackage(files, { directoryName: basename(path) })
      return { path, files, archive: null, inspection, isPublishable: isPublishable(inspection) }
    },
  }))
  const leftOut = discovery.leftOut.map(({ directory, message }) => `${shown(directory)}: ${message}`)
  return { candidates, leftOut: [...leftOut, ...discovery.problems] }
}
