interface PackageErrorEntry {
  title: string
  remedy: string
}

/** Every reason to refuse an archive, a folder, a lock file or a key: what it is and how to mend it. */
export const packageErrorTable = {
  'archive.unsupported': {
    title: 'This is neither a zip nor a tar.gz archive',
    remedy: 'Send a .zip, .skill, .aisapp or .tar.gz file.',
  },
  'archive.unsupported-compression': {
    title: 'An entry uses a compression method that is not read here',
    remedy: 'Pack again with the methods store or deflate.',
  },
  'archive.broken': {
    title: 'The archive is damaged or cut short',
    remedy: 'Pack it again and send the whole file.',
  },
  'archive.empty': {
    title: 'The archive holds no file',
    remedy: 'Pack the folder that contains SKILL.md.',
  },
  'archive.path-traversal': {
    title: 'A path climbs out of the package with ..',
    remedy: 'Pack from inside the skill folder so that every path is relative to it.',
  },
  'archive.absolute-path': {
    title: 'A path is absolute',
    remedy: 'Pack from inside the skill folder so that every path is relative to it.',
  },
  'archive.bad-name': {
    title: 'A file name cannot be used on every system',
    remedy:
      'Rename the file: UTF-8 without control characters, backslashes, any of < > : " | ? *, reserved Windows names, or a dot or space at the end.',
  },
  'archive.link': {
    title: 'The package contains a link',
    remedy: 'Replace the link by a copy of the file that it points to.',
  },
  'archive.special-file': {
    title: 'The package contains something that is neither a file nor a folder',
    remedy: 'Leave devices, pipes, sockets and sparse files out.',
  },
  'archive.duplicate-name': {
    title: 'Two entries have the same name',
    remedy: 'Pack every file once.',
  },
  'archive.case-collision': {
    title: 'Two names differ only in upper and lower case',
    remedy: 'Rename one of them: many systems cannot tell them apart.',
  },
  'archive.unicode-collision': {
    title: 'Two names differ only in how their characters are encoded',
    remedy: 'Rename one of them: they look the same and many systems cannot tell them apart.',
  },
  'archive.file-and-folder': {
    title: 'One name is used for a file and for a folder',
    remedy: 'Rename one of them.',
  },
  'archive.too-many-files': {
    title: 'The package has too many files',
    remedy: 'Leave out what the skill does not need, such as build output and dependencies.',
  },
  'archive.too-deep': {
    title: 'A path has too many folders in it',
    remedy: 'Move the file closer to the root of the skill.',
  },
  'archive.file-too-large': {
    title: 'A file is larger than allowed',
    remedy: 'Shrink the file or leave it out.',
  },
  'archive.too-large': {
    title: 'The package is larger than allowed once it is unpacked',
    remedy: 'Shrink or leave out large files.',
  },
  'archive.compression-ratio': {
    title: 'An entry unpacks to suspiciously many times its packed size',
    remedy: 'Pack that file without compression, or leave it out.',
  },
  'archive.encrypted': {
    title: 'The archive is encrypted',
    remedy: 'Pack it without a password.',
  },
  'archive.trailing-data': {
    title: 'There is data behind the end of the archive',
    remedy: 'Pack it again with an ordinary tool and append nothing.',
  },
  'archive.prepended-data': {
    title: 'There is data in front of the archive',
    remedy: 'Pack it again as a plain archive, not as a self-extracting one.',
  },
  'archive.hidden-data': {
    title: 'There are bytes between the entries that belong to none of them',
    remedy: 'Pack it again with an ordinary tool.',
  },
  'archive.overlap': {
    title: 'Two entries share the same bytes',
    remedy: 'Pack it again with an ordinary tool.',
  },
  'archive.header-mismatch': {
    title: 'Two headers of one entry contradict each other',
    remedy: 'Pack it again with an ordinary tool.',
  },
  'archive.size-mismatch': {
    title: 'An entry does not have the size that it declares',
    remedy: 'Pack it again with an ordinary tool.',
  },
  'archive.checksum': {
    title: 'The content of an entry does not match its checksum',
    remedy: 'The file was damaged or changed on the way: pack it again and send it again.',
  },
  'archive.multi-disk': {
    title: 'The archive is one part of a split archive',
    remedy: 'Pack it as a single file.',
  },
  'folder.not-found': { title: 'There is no such folder', remedy: 'Check the path.' },
  'folder.not-a-folder': {
    title: 'This is not a folder',
    remedy: 'Give the folder that contains SKILL.md.',
  },
  'folder.empty': {
    title: 'The folder holds no file',
    remedy: 'Name the folder that contains SKILL.md.',
  },
  'folder.unreadable': {
    title: 'A file or folder could not be read',
    remedy: 'Check its access rights, and that nothing changes it meanwhile.',
  },
  'lock.invalid': {
    title: 'guildhall.lock cannot be read',
    remedy: 'Restore it from version control, or delete it and install again.',
  },
  'lock.unsupported-version': {
    title: 'guildhall.lock was written by a newer version of guildhall',
    remedy: 'Update guildhall.',
  },
  'signature.malformed': {
    title: 'signature.sig is not a signature envelope',
    remedy: 'Download the package again.',
  },
  'signature.weak-key': {
    title: 'This is not a usable Ed25519 key',
    remedy: 'Use a key made by an ordinary generator, such as guildhall itself.',
  },
  'version.exhausted': {
    title: 'There is no next version after this one',
    remedy: 'Name the new version yourself.',
  },
} as const satisfies Record<string, PackageErrorEntry>

export type PackageErrorCode = keyof typeof packageErrorTable

/** What is known of the fault. Safe to show to the publisher: names and numbers of their own package only. */
export interface PackageErrorFacts {
  path?: string
  /** The other name in a collision. */
  other?: string
  limit?: number
  actual?: number
  detail?: string
}

/** A refusal with a code of the table; the message says what, where and how to mend it. */
export class PackageError extends Error {
  readonly code: PackageErrorCode
  readonly facts: PackageErrorFacts

  constructor(code: PackageErrorCode, facts: PackageErrorFacts = {}, options?: ErrorOptions) {
    super(sentence(code, facts), options)
    this.name = 'PackageError'
    this.code = code
    this.facts = facts
  }

  /** How to mend it. */
  get remedy(): string {
    return packageErrorTable[this.code].remedy
  }
}

function sentence(code: PackageErrorCode, facts: PackageErrorFacts): string {
  const { title, remedy } = packageErrorTable[code]
  const where = facts.path === undefined ? '' : `: ${printable(facts.path)}`
  const other = facts.other === undefined ? '' : ` and ${printable(facts.other)}`
  const numbers =
    facts.limit === undefined
      ? ''
      : ` (${facts.actual === undefined ? '' : `${facts.actual}, `}the limit is ${facts.limit})`
  const detail = facts.detail === undefined ? '' : ` (${facts.detail})`
  return `${title}${where}${other}${numbers}${detail}. ${remedy}`
}

/** Hostile names reach terminals and logs through these messages, so nothing but visible characters may pass. */
function printable(text: string): string {
  const visible = text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0
    return `\\u{${code.toString(16)}}`
  })
  return visible.length > 200 ? `${visible.slice(0, 200)}…` : visible
}
