import type { DefineCommand } from './define-command.ts'

interface CommandEntry {
  name: string
  summary: string
  load: () => Promise<DefineCommand>
}

/** Every command, in the order of the help. Its file is loaded when the command line names it. */
export const commandIndex: readonly CommandEntry[] = [
  { name: 'search', summary: 'find skills', load: async () => (await import('./commands/search.ts')).defineSearch },
  { name: 'info', summary: 'show a skill', load: async () => (await import('./commands/info.ts')).defineInfo },
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
  { name: 'run', summary: 'run an action of a skill', load: async () => (await import('./commands/run.ts')).defineRun },
  { name: 'runs', summary: 'my runs, newest first', load: async () => (await import('./commands/runs.ts')).defineRuns },
  {
    name: 'validate',
    summary: 'check skills on disk',
    load: async () => (await import('./commands/validate.ts')).defineValidate,
  },
  {
    name: 'pack',
    summary: 'make an archive of a skill',
    load: async () => (await import('./commands/pack.ts')).definePack,
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
    name: 'review',
    summary: 'decide on submissions (administrators)',
    load: async () => (await import('./commands/review.ts')).defineReview,
  },
  { name: 'login', summary: 'sign in', load: async () => (await import('./commands/login.ts')).defineLogin },
  {
    name: 'register',
    summary: 'create an account',
    load: async () => (await import('./commands/register.ts')).defineRegister,
  },
  { name: 'logout', summary: 'sign out', load: async () => (await import('./commands/logout.ts')).defineLogout },
  {
    name: 'whoami',
    summary: 'who is signed in',
    load: async () => (await import('./commands/whoami.ts')).defineWhoami,
  },
  { name: 'keys', summary: 'my API keys', load: async () => (await import('./commands/keys.ts')).defineKeys },
  {
    name: 'trust',
    summary: 'the signing keys that this machine trusts',
    load: async () => (await import('./commands/trust.ts')).defineTrust,
  },
]
