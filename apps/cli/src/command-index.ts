import type { DefineCommand } from './define-command.ts'

export const commandGroups = [
  'Find and install',
  'Write and publish',
  'Look after what is published',
  'Run on the server',
  'This machine and you',
] as const

export interface CommandEntry {
  name: string
  group: (typeof commandGroups)[number]
  summary: string
  load: () => Promise<DefineCommand>
}

type Entry = Omit<CommandEntry, 'group'>

const finding: readonly Entry[] = [
  {
    name: 'search',
    summary: 'find skills',
    load: async () => (await import('./commands/search.ts')).defineSearch,
  },
  {
    name: 'info',
    summary: 'show a skill',
    load: async () => (await import('./commands/info.ts')).defineInfo,
  },
  {
    name: 'add',
    summary: 'install a skill into the agents of this project',
    load: async () => (await import('./commands/add.ts')).defineAdd,
  },
  {
    name: 'remove',
    summary: 'remove a skill from the agents of this project',
    load: async () => (await import('./commands/remove.ts')).defineRemove,
  },
  {
    name: 'list',
    summary: 'list the skills of this project',
    load: async () => (await import('./commands/list.ts')).defineList,
  },
  {
    name: 'update',
    summary: 'update the skills of this project',
    load: async () => (await import('./commands/update.ts')).defineUpdate,
  },
  {
    name: 'outdated',
    summary: 'show which skills have newer versions',
    load: async () => (await import('./commands/outdated.ts')).defineOutdated,
  },
  {
    name: 'verify',
    summary: 'check every installed file and signature',
    load: async () => (await import('./commands/verify.ts')).defineVerify,
  },
  {
    name: 'ci',
    summary: 'install exactly what the lock file says',
    load: async () => (await import('./commands/ci.ts')).defineCi,
  },
  {
    name: 'why',
    summary: 'show why a skill is installed',
    load: async () => (await import('./commands/why.ts')).defineWhy,
  },
  {
    name: 'versions',
    summary: 'the versions of a skill',
    load: async () => (await import('./commands/versions.ts')).defineVersions,
  },
]

const publishing: readonly Entry[] = [
  {
    name: 'init',
    summary: 'make a skill to start from',
    load: async () => (await import('./commands/init.ts')).defineInit,
  },
  {
    name: 'validate',
    summary: 'check skills on disk',
    load: async () => (await import('./commands/validate.ts')).defineValidate,
  },
  {
    name: 'dev',
    summary: 'run a skill on this machine, again after each change',
    load: async () => (await import('./commands/dev.ts')).defineDev,
  },
  {
    name: 'test',
    summary: 'run the cases of a skill on this machine',
    load: async () => (await import('./commands/test.ts')).defineTest,
  },
  {
    name: 'pack',
    summary: 'make an archive of a skill',
    load: async () => (await import('./commands/pack.ts')).definePack,
  },
  {
    name: 'diff',
    summary: 'what differs between two versions, or a folder and its release',
    load: async () => (await import('./commands/diff.ts')).defineDiff,
  },
  {
    name: 'publish',
    summary: 'publish a skill, or every skill below a folder',
    load: async () => (await import('./commands/publish.ts')).definePublish,
  },
  {
    name: 'submissions',
    summary: 'what I have submitted',
    load: async () => (await import('./commands/submissions.ts')).defineSubmissions,
  },
  {
    name: 'read-properties',
    summary: 'print the frontmatter as JSON, as the reference tool does',
    load: async () => (await import('./commands/read-properties.ts')).defineReadProperties,
  },
  {
    name: 'to-prompt',
    summary: 'print skills as a prompt, as the reference tool does',
    load: async () => (await import('./commands/to-prompt.ts')).defineToPrompt,
  },
  {
    name: 'sync',
    summary: 'publish what changed in folders of skills',
    load: async () => (await import('./commands/sync.ts')).defineSync,
  },
  {
    name: 'import',
    summary: 'bring in the skills of a git repository',
    load: async () => (await import('./commands/import.ts')).defineImport,
  },
]

const keeping: readonly Entry[] = [
  {
    name: 'review',
    summary: 'decide on submissions (administrators)',
    load: async () => (await import('./commands/review.ts')).defineReview,
  },
  {
    name: 'tag',
    summary: 'names for versions, such as beta',
    load: async () => (await import('./commands/tag.ts')).defineTag,
  },
  {
    name: 'yank',
    summary: 'keep a version for who names it, never choose it again',
    load: async () => (await import('./commands/yank.ts')).defineYank,
  },
  {
    name: 'withdraw',
    summary: 'give a version out no more',
    load: async () => (await import('./commands/withdraw.ts')).defineWithdraw,
  },
  {
    name: 'restore',
    summary: 'take back a yank or a withdrawal',
    load: async () => (await import('./commands/restore.ts')).defineRestore,
  },
  {
    name: 'deprecate',
    summary: 'advise against versions',
    load: async () => (await import('./commands/deprecate.ts')).defineDeprecate,
  },
  {
    name: 'visibility',
    summary: 'make a skill public or private',
    load: async () => (await import('./commands/visibility.ts')).defineVisibility,
  },
  {
    name: 'rename',
    summary: 'give a skill another name',
    load: async () => (await import('./commands/rename.ts')).defineRename,
  },
  {
    name: 'transfer',
    summary: 'hand a skill over to another publisher',
    load: async () => (await import('./commands/transfer.ts')).defineTransfer,
  },
  {
    name: 'unpublish',
    summary: 'withdraw every version of a skill',
    load: async () => (await import('./commands/unpublish.ts')).defineUnpublish,
  },
]

const running: readonly Entry[] = [
  {
    name: 'install',
    summary: 'put a skill into my library on the server',
    load: async () => (await import('./commands/install.ts')).defineInstall,
  },
  {
    name: 'uninstall',
    summary: 'take a skill out of my library',
    load: async () => (await import('./commands/uninstall.ts')).defineUninstall,
  },
  {
    name: 'library',
    summary: 'list my library',
    load: async () => (await import('./commands/library.ts')).defineLibrary,
  },
  {
    name: 'run',
    summary: 'run an action of a skill',
    load: async () => (await import('./commands/run.ts')).defineRun,
  },
  {
    name: 'secret',
    summary: 'values that the host puts into requests of a skill',
    load: async () => (await import('./commands/secret.ts')).defineSecret,
  },
  {
    name: 'runs',
    summary: 'my runs, newest first',
    load: async () => (await import('./commands/runs.ts')).defineRuns,
  },
]

const machine: readonly Entry[] = [
  {
    name: 'login',
    summary: 'sign in',
    load: async () => (await import('./commands/login.ts')).defineLogin,
  },
  {
    name: 'register',
    summary: 'create an account',
    load: async () => (await import('./commands/register.ts')).defineRegister,
  },
  {
    name: 'logout',
    summary: 'sign out',
    load: async () => (await import('./commands/logout.ts')).defineLogout,
  },
  {
    name: 'whoami',
    summary: 'who is signed in',
    load: async () => (await import('./commands/whoami.ts')).defineWhoami,
  },
  {
    name: 'keys',
    summary: 'my API keys',
    load: async () => (await import('./commands/keys.ts')).defineKeys,
  },
  {
    name: 'trust',
    summary: 'the signing keys that this machine trusts',
    load: async () => (await import('./commands/trust.ts')).defineTrust,
  },
  {
    name: 'doctor',
    summary: 'look for what is wrong with this machine, this project and the registry',
    load: async () => (await import('./commands/doctor.ts')).defineDoctor,
  },
  {
    name: 'completion',
    summary: 'a script that completes command lines in bash, zsh or fish',
    load: async () => (await import('./commands/completion.ts')).defineCompletion,
  },
]

const within = (group: CommandEntry['group'], entries: readonly Entry[]): CommandEntry[] =>
  entries.map((entry) => ({ group, ...entry }))

/** Every command, in the order of the help. Its file is loaded when the command line names it; nothing else is. */
export const commandIndex: readonly CommandEntry[] = [
  ...within('Find and install', finding),
  ...within('Write and publish', publishing),
  ...within('Look after what is published', keeping),
  ...within('Run on the server', running),
  ...within('This machine and you', machine),
]
