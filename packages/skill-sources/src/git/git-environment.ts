import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { GitProtocol } from '../source/source.ts'

/** What one fetch is fenced in with. */
export interface Fence {
  /** Empty folder that belongs to this fetch alone. */
  folder: string
  protocol: GitProtocol
  /** Where https and http connect to, whatever a resolver says later: `host:port:address`; null for other protocols. */
  pin: string | null
  /** The command for ssh; null for other protocols. */
  sshCommand: string | null
  /** The local repository that may be read although others own it; null for other protocols. */
  safeDirectory: string | null
}

/** Faults in the head of a commit or tag that old tools made, and that can do no harm to who reads files only. */
const HARMLESS = [
  'badDate',
  'badDateOverflow',
  'badEmail',
  'badName',
  'badTagName',
  'badTimezone',
  'missingEmail',
  'missingNameBeforeEmail',
  'missingSpaceBeforeDate',
  'missingSpaceBeforeEmail',
  'missingTaggerEntry',
  'zeroPaddedDate',
  'zeroPaddedFilemode',
]

/** What ssh, curl and git need from outside; everything else of our environment stays with us. */
const PASSED_ON = ['PATH', 'SSL_CERT_FILE', 'SSL_CERT_DIR', 'GIT_SSL_CAINFO', 'SSH_AUTH_SOCK']

const quoted = (text: string): string => `"${text.replace(/[\\"]/g, String.raw`\$&`)}"`

function configText({ protocol, pin, safeDirectory }: Fence): string {
  return [
    '[core]\n\thooksPath = /dev/null\n\tfsmonitor = false\n\tsymlinks = false\n\tprotectHFS = true\n\tprotectNTFS = true',
    // Large objects are streamed, so that an object which unpacks to gigabytes costs time but no memory.
    '\taskPass =\n\tattributesFile = /dev/null\n\tbigFileThreshold = 8m\n\tdeltaBaseCacheLimit = 32m',
    `[protocol]\n\tallow = never\n[protocol ${quoted(protocol)}]\n\tallow = always`,
    '[transfer]\n\tfsckObjects = true\n\tcredentialsInUrl = die\n\tbundleURI = false',
    '[fetch]\n\tfsckObjects = true\n\tunpackLimit = 1\n\trecurseSubmodules = false\n\twriteCommitGraph = false',
    `[fetch "fsck"]\n${HARMLESS.map((id) => `\t${id} = ignore`).join('\n')}`,
    '[submodule]\n\trecurse = false\n[credential]\n\thelper =\n[gc]\n\tauto = 0\n[maintenance]\n\tauto = false',
    '[pack]\n\tthreads = 1\n[http]\n\tfollowRedirects = false\n\tcookieFile =\n\tproxy =',
    ...(pin === null ? [] : [`\tcurloptResolve = ${quoted(pin)}`]),
    ...(safeDirectory === null ? [] : [`[safe]\n\tdirectory = ${quoted(safeDirectory)}`]),
    ...(safeDirectory === null ? [] : [`\tdirectory = ${quoted(`${safeDirectory}/.git`)}`]),
    '',
  ].join('\n')
}

/**
 * Writes the only configuration that git will read, and gives the only environment that it will have: no file of the system, of
 * the user or of a repository can name a program to run. Returns the environment.
 */
export async function fenceGit(fence: Fence): Promise<Record<string, string>> {
  const { folder, protocol, sshCommand } = fence
  const configFile = join(folder, 'config')
  await writeFile(configFile, configText(fence), { mode: 0o600 })
  const passedOn = PASSED_ON.flatMap((name) => {
    const value = process.env[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  return {
    ...Object.fromEntries(passedOn),
    HOME: folder,
    XDG_CONFIG_HOME: folder,
    TMPDIR: folder,
    LC_ALL: 'C',
    GIT_DIR: join(folder, 'repository'),
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: configFile,
    GIT_ATTR_NOSYSTEM: '1',
    GIT_ALLOW_PROTOCOL: protocol,
    GIT_ASKPASS: '',
    GIT_TERMINAL_PROMPT: '0',
    GIT_LITERAL_PATHSPECS: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_NO_LAZY_FETCH: '1',
    GIT_OPTIONAL_LOCKS: '0',
    // One allocation; a delta that claims to make a huge object ends here.
    GIT_ALLOC_LIMIT: '268435456',
    ...(sshCommand === null ? {} : { GIT_SSH_COMMAND: sshCommand, GIT_SSH_VARIANT: 'ssh' }),
  }
}
