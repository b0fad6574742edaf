const NEEDED_MAJOR = 24

/** Why this Node cannot run the tools, with the way to mend it, or undefined when it can. */
export function nodeComplaint(version: string): string | undefined {
  const major = Number(version.replace(/^v/, '').split('.')[0])
  if (major >= NEEDED_MAJOR) return undefined
  return (
    `Guildhall's tools need Node ${NEEDED_MAJOR}, this is ${version}. ` +
    'Run "npm ci" once, then use the npm scripts ("npm run check", "npm test"): they run on the Node that npm ci brought.'
  )
}

/** Ends the process with one clear line when its Node is too old. */
export function requireNode(): void {
  const complaint = nodeComplaint(process.version)
  if (!complaint) return
  console.error(complaint)
  process.exit(1)
}
