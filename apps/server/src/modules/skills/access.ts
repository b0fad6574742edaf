import type { Role, VersionStatus } from '@guildhall/contracts'

export interface Viewer {
  userId: string
  role: Role
}

export interface ViewedVersion {
  status: VersionStatus
  publisherOwner: string | null
}

/** The one place that answers "who may see this version". Released and yanked ones are public, others are for their publisher and administrators. */
export function maySeeVersion(viewer: Viewer | null, version: ViewedVersion): boolean {
  if (version.status === 'released' || version.status === 'yanked') return true
  if (viewer === null) return false
  return viewer.role === 'admin' || viewer.userId === version.publisherOwner
}
