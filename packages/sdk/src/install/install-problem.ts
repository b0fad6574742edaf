/** Every reason not to touch a folder: what it is and how to mend it. */
const reasons = {
  'verify.digest': {
    title: 'The files are not the ones that were signed',
    remedy: 'Download them again; if it stays, report the skill.',
  },
  'verify.signature': {
    title: 'The signature does not hold',
    remedy: 'Do not use this package. Ask the administrator of the registry.',
  },
  'files.bad-path': { title: 'A path in the package leaves its folder', remedy: 'Do not use this package.' },
  'target.link': {
    title: 'The target path leads through a link',
    remedy: 'Replace the link by a real folder, or choose another agent folder.',
  },
  'target.outside': {
    title: 'The target lies outside its root',
    remedy: 'Choose a folder below the project or the home folder.',
  },
  'target.not-a-folder': { title: 'There is a file where a folder should be', remedy: 'Move the file away.' },
  'target.foreign': {
    title: 'There is a skill of this name that Guildhall did not install',
    remedy: 'Move it away, or overwrite it with force.',
  },
  'target.other-skill': {
    title: 'Another skill of the same name is installed there',
    remedy: 'Remove that one first, or overwrite it with force.',
  },
  'target.edited': {
    title: 'The installed skill was edited on this machine',
    remedy: 'Keep your changes, merge them on a terminal, or overwrite them with force, which leaves a copy beside.',
  },
  'target.changed-meanwhile': {
    title: 'Somebody else changed the folder while it was installed into',
    remedy: 'Run it again.',
  },
  'target.reserved-name': {
    title: 'Windows reserves this name for a device, so no folder can be called so',
    remedy: 'Ask the publisher to rename the skill.',
  },
  'lock.busy': {
    title: 'Another install is at work on the same lock file',
    remedy: 'Wait for it to end. If none runs, delete the .busy file.',
  },
  'lock.strange-folder': {
    title: 'The lock file names a folder that no known agent reads',
    remedy: 'Do not trust this lock file; delete the entry and add the skill again.',
  },
  'lock.frozen': {
    title: 'The installation does not go with the lock file, which may not change',
    remedy: 'Run guildhall add or guildhall update where it may, and commit the lock file.',
  },
  'lock.needed': {
    title: 'Other skills need this one',
    remedy: 'Remove those first, or remove all of them at once.',
  },
  'journal.invalid': {
    title: 'What an interrupted change left behind cannot be read',
    remedy: 'Look at the folders of your agents for folders that begin with .guildhall-, then delete this file.',
  },
  'lock.unknown-skill': { title: 'The lock file does not know this skill', remedy: 'List the installed skills.' },
} as const

export type InstallProblemCode = keyof typeof reasons

/** An install or a removal that was refused; nothing was changed. */
export class InstallProblem extends Error {
  readonly code: InstallProblemCode
  /** The path or name it is about. */
  readonly where: string
  readonly title: string
  readonly remedy: string
  constructor(code: InstallProblemCode, where: string, detail?: string) {
    const { title, remedy } = reasons[code]
    const what = detail === undefined ? title : `${title} (${detail})`
    super(`${what}: ${where}. ${remedy}`)
    this.name = 'InstallProblem'
    this.code = code
    this.where = where
    this.title = what
    this.remedy = remedy
  }
}
