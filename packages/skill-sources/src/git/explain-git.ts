import { SourceError, type SourceErrorCode } from '../source-error.ts'

/** What git says in its plain English, and what it means here. The first that fits. */
const meanings: readonly [RegExp, SourceErrorCode][] = [
  [
    /fsck error|^error: (object|.*: )[^\n]*: (has|full|null|duplicate|tree|gitmodules|gitattributes|bad|empty)\w*:/m,
    'git.hostile-object',
  ],
  [/attempting to allocate|out of memory|cannot allocate|mmap failed/i, 'git.too-large'],
  [/mismatched algorithms|unknown object format|unsupported object format/i, 'git.unsupported'],
  [/dumb http transport does not support|does not support shallow|protocol v1 not supported/i, 'git.unsupported'],
  [/not our ref|couldn't find remote ref|no such remote ref|unadvertised object/i, 'git.ref-not-found'],
  [/could not resolve host/i, 'host.not-found'],
  [/unable to update url base|returned error: 30\d|redirect/i, 'host.redirect'],
  [
    /authentication failed|could not read username|terminal prompts disabled|returned error: (401|403|404)/i,
    'git.not-found',
  ],
  [
    /repository .*not found|not appear to be a git repository|permission denied|host key verification/i,
    'git.not-found',
  ],
  [/transport '.*' not allowed/i, 'source.protocol-refused'],
  [/failed to connect|connection (refused|timed out|reset)|couldn't connect|ssl|certificate/i, 'host.unreachable'],
  [
    /early eof|index-pack (failed|died)|inflate|unresolved delta|corrupt|bad (pack|object|tree|band)|protocol error|did not send all|sha1 collision|invalid (index-pack|packfile)|unexpected|hung up|disconnect|rpc failed|missing (blob|tree|commit)|fatal: pack /i,
    'git.broken',
  ],
]

/** The line that says it best, without anything of this machine in it. */
function lineOf(complaint: string, folder: string): string {
  const lines = complaint
    .replaceAll(folder, '…')
    .split('\n')
    .map((line) => line.replace(/.*\r/, '').trim())
  const telling = lines.filter((line) => /^(fatal|error|remote|ssh|Permission|Host key)/.test(line))
  return (telling.at(0) ?? lines.findLast((line) => line !== '') ?? 'it said nothing').slice(0, 300)
}

/** What a failure of git means for the person who named the source. */
export function explainGit(complaint: string, context: { subject: string; folder: string }): SourceError {
  const code = meanings.find(([pattern]) => pattern.test(complaint))?.[1] ?? 'git.failed'
  return new SourceError(code, { subject: context.subject, detail: lineOf(complaint, context.folder) })
}
