import * as z from 'zod'
import { toolConsequences } from './tool-words.ts'

const PathList = z.array(z.string().min(1).max(256)).max(32)

/** `true`, `false`, or the named folders only. `workspace` is the folder of the run. */
const PathAccess = z.union([z.boolean(), PathList])

/** What a skill calls a secret. */
export const SecretName = z.string().regex(/^[A-Z][A-Z0-9_]{0,63}$/, 'must be an upper-case name')

const HostName = z
  .string()
  .max(253)
  .regex(
    /^(\*\.)?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*(:\d{1,5})?$/,
    'must be a host name, optionally with *. in front and a port behind',
  )

/** permissions.json: what a skill may touch. Absent means not allowed. See SKILL-PACKAGE.md. */
export const DeclaredPermissions = z
  .strictObject({
    fileSystem: z
      .union([z.boolean(), z.strictObject({ read: PathAccess.default(false), write: PathAccess.default(false) })])
      .default(false),
    network: z.union([z.boolean(), z.strictObject({ hosts: z.array(HostName).max(64) })]).default(false),
    clipboard: z.boolean().default(false),
    ai: z.boolean().default(false),
    storage: z.boolean().default(false),
    tools: z
      .array(z.string().regex(/^[a-z]+(\.[a-z][A-Za-z]*)?$/, 'must be a tool such as csv.parse'))
      .max(64)
      .default([]),
    skills: z.array(z.string().max(160)).max(64).default([]),
    secrets: z.array(SecretName).max(32).default([]),
    system: z.array(z.string().max(64)).max(32).default([]),
  })
  .meta({ id: 'DeclaredPermissions' })
export type DeclaredPermissions = z.input<typeof DeclaredPermissions>

/** The one form that everything after parsing works with: no shorthand, every list sorted. */
export const Permissions = z
  .strictObject({
    fileSystem: z.strictObject({ read: z.array(z.string()), write: z.array(z.string()) }),
    network: z.strictObject({ hosts: z.array(z.string()) }),
    clipboard: z.boolean(),
    ai: z.boolean(),
    storage: z.boolean(),
    tools: z.array(z.string()),
    skills: z.array(z.string()),
    secrets: z.array(z.string()),
    system: z.array(z.string()),
  })
  .meta({ id: 'Permissions' })
export type Permissions = z.infer<typeof Permissions>

/** Grants nothing. */
export const noPermissions: Permissions = {
  fileSystem: { read: [], write: [] },
  network: { hosts: [] },
  clipboard: false,
  ai: false,
  storage: false,
  tools: [],
  skills: [],
  secrets: [],
  system: [],
}

export const Risk = z.enum(['low', 'medium', 'high'])
export type Risk = z.infer<typeof Risk>

/** One permission in words that a person without our vocabulary understands. */
export const PermissionStatement = z
  .object({ id: z.string(), risk: Risk, title: z.string(), consequence: z.string() })
  .meta({ id: 'PermissionStatement' })
export type PermissionStatement = z.infer<typeof PermissionStatement>

const sortedSet = (values: readonly string[]): string[] => [...new Set(values)].sort()

function pathsOf(access: boolean | readonly string[] | undefined): string[] {
  if (access === undefined || access === false) return []
  return access === true ? ['workspace'] : sortedSet(access)
}

/** Expands the short forms of permissions.json. `fileSystem: true` means the workspace; `network: true` means every public host (`*`). */
export function normalizePermissions(declared: DeclaredPermissions): Permissions {
  const p = DeclaredPermissions.parse(declared)
  const files = typeof p.fileSystem === 'boolean' ? { read: p.fileSystem, write: p.fileSystem } : p.fileSystem
  const hosts = typeof p.network === 'boolean' ? (p.network ? ['*'] : []) : sortedSet(p.network.hosts)
  return {
    fileSystem: { read: pathsOf(files.read), write: pathsOf(files.write) },
    network: { hosts },
    clipboard: p.clipboard,
    ai: p.ai,
    storage: p.storage,
    tools: sortedSet(p.tools),
    skills: sortedSet(p.skills),
    secrets: sortedSet(p.secrets),
    system: sortedSet(p.system),
  }
}

/** Every single permission as a flat, comparable token such as `network:api.example.com` or `storage`. */
export function permissionTokens(p: Permissions): string[] {
  const flags = (['clipboard', 'ai', 'storage'] as const).filter((flag) => p[flag])
  return [
    ...p.fileSystem.read.map((path) => `fileSystem.read:${path}`),
    ...p.fileSystem.write.map((path) => `fileSystem.write:${path}`),
    ...p.network.hosts.map((host) => `network:${host}`),
    ...flags,
    ...p.tools.map((tool) => `tools:${tool}`),
    ...p.skills.map((skill) => `skills:${skill}`),
    ...p.secrets.map((secret) => `secrets:${secret}`),
    ...p.system.map((right) => `system:${right}`),
  ]
}

/** What `wanted` asks for and `granted` does not give; `network:*` covers every host. */
export function missingPermissions(wanted: Permissions, granted: Permissions): string[] {
  const have = new Set(permissionTokens(granted))
  return permissionTokens(wanted).filter(
    (token) => !have.has(token) && !(token.startsWith('network:') && have.has('network:*')),
  )
}

function toolStatement(tool: string): PermissionStatement {
  const own = Object.hasOwn(toolConsequences, tool) ? toolConsequences[tool] : undefined
  return {
    id: `tools:${tool}`,
    risk: 'low',
    title: `Use the tool ${tool}`,
    consequence: own ?? 'The host runs this tool for the skill and returns the result.',
  }
}

function hostStatement(host: string): PermissionStatement {
  if (host === '*')
    return {
      id: 'network:*',
      risk: 'high',
      title: 'Reach any public host',
      consequence: 'It can send whatever it is given to any server on the internet.',
    }
  return {
    id: `network:${host}`,
    risk: 'medium',
    title: `Reach ${host}`,
    consequence: `It can send whatever it is given to ${host} and read the answers.`,
  }
}

function pathStatement(mode: 'read' | 'write', path: string): PermissionStatement {
  const where = path === 'workspace' ? 'the workspace of the run' : path
  const risk: Risk = path === 'workspace' ? 'low' : 'high'
  return mode === 'read'
    ? {
        id: `fileSystem.read:${path}`,
        risk,
        title: `Read files in ${where}`,
        consequence: 'It sees the content of every file there.',
      }
    : {
        id: `fileSystem.write:${path}`,
        risk: path === 'workspace' ? 'medium' : 'high',
        title: `Write files in ${where}`,
        consequence: 'It can create, change and delete files there.',
      }
}

const flagStatements: Record<'clipboard' | 'ai' | 'storage', PermissionStatement> = {
  clipboard: {
    id: 'clipboard',
    risk: 'high',
    title: 'Use the clipboard',
    consequence: 'It can read what you copied and replace it.',
  },
  ai: {
    id: 'ai',
    risk: 'medium',
    title: 'Call an AI model',
    consequence: 'What it is given can be sent to the configured model provider; calls may cost money.',
  },
  storage: {
    id: 'storage',
    risk: 'low',
    title: 'Remember values between runs',
    consequence: 'It keeps its own small store; no other skill can read it.',
  },
}

/** Permissions in plain words, the riskiest first. Used for consent, the skill page and the CLI alike. */
export function describePermissions(p: Permissions): PermissionStatement[] {
  const statements: PermissionStatement[] = [
    ...p.fileSystem.read.map((path) => pathStatement('read', path)),
    ...p.fileSystem.write.map((path) => pathStatement('write', path)),
    ...p.network.hosts.map(hostStatement),
    ...(['clipboard', 'ai', 'storage'] as const).filter((flag) => p[flag]).map((flag) => flagStatements[flag]),
    ...p.tools.map(toolStatement),
    ...p.skills.map(
      (skill): PermissionStatement => ({
        id: `skills:${skill}`,
        risk: 'medium',
        title: `Call the skill ${skill}`,
        consequence: 'That skill runs on what it is handed, and may do no more than you allow here.',
      }),
    ),
    ...p.secrets.map(
      (secret): PermissionStatement => ({
        id: `secrets:${secret}`,
        risk: 'medium',
        title: `Use your secret ${secret}`,
        consequence: 'The host puts the value into requests to the declared hosts; the skill never sees it.',
      }),
    ),
    ...p.system.map(
      (right): PermissionStatement => ({
        id: `system:${right}`,
        risk: 'high',
        title: `System access: ${right}`,
        consequence: 'It reaches outside the sandbox in the way named.',
      }),
    ),
  ]
  const order: Record<Risk, number> = { high: 0, medium: 1, low: 2 }
  return statements.sort((a, b) => order[a.risk] - order[b.risk])
}
