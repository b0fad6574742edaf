interface SourceErrorEntry {
  title: string
  remedy: string
}

/** Every reason why skills cannot be brought in from somewhere: what it is and how to mend it. */
export const sourceErrorTable = {
  'source.empty': { title: 'No source was named', remedy: 'Name a repository, such as owner/repo.' },
  'source.too-long': { title: 'The source is longer than any address', remedy: 'Use the plain address.' },
  'source.control-character': {
    title: 'The source contains control or direction characters',
    remedy: 'Type it by hand, or copy it from the address bar.',
  },
  'source.option': {
    title: 'The source, its ref or its path begins with a hyphen and could be taken for an option',
    remedy: 'Put ./ in front of a local folder; no repository is called so.',
  },
  'source.unknown-scheme': {
    title: 'This kind of address is not fetched',
    remedy: 'Use https, ssh, git@host:path, file, or owner/repo.',
  },
  'source.credentials': {
    title: 'The address contains a user name, password or token',
    remedy: 'Leave it out: addresses are stored and logged. Use ssh or a public address.',
  },
  'source.bad-host': { title: 'This is not the name of a host', remedy: 'Check the address.' },
  'source.bad-path': {
    title: 'The path in the source leaves the repository or cannot be one',
    remedy: 'Name a folder inside the repository, with / between its parts.',
  },
  'source.bad-ref': {
    title: 'This cannot be the name of a branch, tag or commit',
    remedy: 'Name a branch, a tag or a full commit behind #.',
  },
  'source.not-understood': {
    title: 'This is not a source that is understood here',
    remedy:
      'Use owner/repo, owner/repo/path, an https or ssh address, a tree address of GitHub or GitLab, or a folder.',
  },
  'source.protocol-refused': {
    title: 'This protocol is not allowed here',
    remedy: 'Use https; whoever runs the server can allow other protocols.',
  },
  'host.not-found': { title: 'The host has no address', remedy: 'Check the name of the host.' },
  'host.private': {
    title: 'The host is not on the public internet',
    remedy: 'Use a public host; whoever runs the server can allow a private one.',
  },
  'host.unreachable': { title: 'The host could not be reached', remedy: 'Try again later, or check the address.' },
  'host.redirect': {
    title: 'The host leads on to a place that is not followed',
    remedy: 'Use the address that it leads to, if you trust it.',
  },
  'git.missing': { title: 'The program git was not found', remedy: 'Install git 2.37 or newer.' },
  'git.not-found': {
    title: 'There is no repository at this address, or it is not public',
    remedy: 'Check the address and that it can be read without signing in.',
  },
  'git.unsupported': {
    title: 'The server does not speak the protocol that is needed to read one commit',
    remedy: 'Use a server that speaks the smart protocol of git and SHA-1 object names.',
  },
  'git.timeout': {
    title: 'The repository took too long',
    remedy: 'Try again later, or bring in a smaller repository.',
  },
  'git.too-large': {
    title: 'The repository is larger than allowed',
    remedy: 'Keep large files out of the repository, or upload the skill as an archive.',
  },
  'git.too-many-files': {
    title: 'The commit has more files than allowed',
    remedy: 'Name the folder of the skills behind the repository: owner/repo/path.',
  },
  'git.too-many-refs': {
    title: 'The repository names more branches and tags than are read',
    remedy: 'Name a branch, a tag or a full commit behind #.',
  },
  'git.too-deep': { title: 'A path has more folders in it than allowed', remedy: 'Move the files closer to the root.' },
  'git.bad-name': {
    title: 'A path in the repository cannot be a path on every system',
    remedy: 'Rename the file.',
  },
  'git.hostile-object': {
    title: 'The repository contains an object that git itself takes for an attack or for damage',
    remedy: 'Repair the repository; git fsck names the object.',
  },
  'git.broken': { title: 'What the server sent is damaged', remedy: 'Try again; if it stays, run git fsck there.' },
  'git.ref-not-found': {
    title: 'The repository has no such branch, tag or commit',
    remedy: 'Name a branch, a tag or a full commit of 40 digits.',
  },
  'git.ref-ambiguous': {
    title: 'A branch and a tag have this name and differ',
    remedy: 'Write refs/heads/… or refs/tags/….',
  },
  'git.not-a-commit': { title: 'This ref does not lead to a commit', remedy: 'Name a branch, tag or commit.' },
  'git.empty': { title: 'The repository has no commit yet', remedy: 'Commit something first.' },
  'git.failed': { title: 'git could not read the repository', remedy: 'Check the address; try again later.' },
  'folder.not-found': { title: 'There is no such folder', remedy: 'Check the path.' },
  'path.not-found': { title: 'The source has no such folder', remedy: 'Check the path behind the repository.' },
  'source.too-many-skills': {
    title: 'There are more skills than are read at once',
    remedy: 'Name a folder of them behind the repository: owner/repo/path.',
  },
  'skill.git-lfs': {
    title: 'The SKILL.md lives in Git LFS and was not fetched',
    remedy: 'Keep SKILL.md in the repository itself.',
  },
  'index.not-found': {
    title: 'The host offers no index of skills',
    remedy: 'Name a repository, or a host that serves /.well-known/agent-skills/index.json.',
  },
  'index.invalid': { title: 'The index of skills cannot be used', remedy: 'Tell whoever runs the host.' },
  'index.too-large': { title: 'The index or a file of it is larger than allowed', remedy: 'Name a single skill.' },
  'index.timeout': { title: 'The host took too long', remedy: 'Try again later.' },
  'index.digest': {
    title: 'What the host sent is not what its index names',
    remedy: 'Do not use it; tell whoever runs the host.',
  },
  'index.no-artifact': { title: 'The host does not send what its index names', remedy: 'Tell whoever runs the host.' },
} as const satisfies Record<string, SourceErrorEntry>

export type SourceErrorCode = keyof typeof sourceErrorTable

/** What is known of the fault; safe to show to whoever named the source. Never holds credentials. */
export interface SourceErrorFacts {
  /** The source, host, ref or path at fault. */
  subject?: string
  limit?: number
  detail?: string
}

/** A refusal with a code of the table; the message says what, where and how to mend it. */
export class SourceError extends Error {
  override readonly name = 'SourceError'
  readonly code: SourceErrorCode
  readonly facts: SourceErrorFacts
  constructor(code: SourceErrorCode, { subject, ...rest }: SourceErrorFacts = {}, options?: ErrorOptions) {
    const facts = subject === undefined ? rest : { ...rest, subject: withoutUser(subject) }
    super(sentence(code, facts), options)
    this.code = code
    this.facts = facts
  }

  /** How to mend it. */
  get remedy(): string {
    return sourceErrorTable[this.code].remedy
  }
}

function sentence(code: SourceErrorCode, { subject, limit, detail }: SourceErrorFacts): string {
  const { title, remedy } = sourceErrorTable[code]
  const where = subject === undefined ? '' : `: ${visible(subject)}`
  const most = limit === undefined ? '' : ` (the limit is ${limit})`
  const more = detail === undefined ? '' : ` (${visible(detail)})`
  return `${title}${where}${most}${more}. ${remedy}`
}

/** What stands between // and @ may be a secret. */
function withoutUser(text: string): string {
  return text.replace(/\/\/[^/\s]*@/g, '//…@')
}

/** Foreign text as it may stand in a message: one line, nothing that steers a terminal, at most 300 characters. */
export function visible(text: string): string {
  const plain = text.slice(0, 1000).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (character) => {
    return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`
  })
  return plain.length > 300 ? `${plain.slice(0, 300)}…` : plain
}
