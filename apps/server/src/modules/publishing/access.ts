export interface SubmissionOwners {
  createdBy: string
  publisherOwner: string | null
}

/** A submission is for whoever made it, the owner of its publisher, and administrators. */
export function maySeeSubmission(viewer: { userId: string; role: string }, submission: SubmissionOwners): boolean {
  return (
    viewer.role === 'admin' || viewer.userId === submission.createdBy || viewer.userId === submission.publisherOwner
  )
}
