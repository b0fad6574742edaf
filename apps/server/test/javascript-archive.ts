import type { DeclaredPermissions } from '@guildhall/contracts'
import { packSkill } from '@guildhall/skill-format'

export interface JavascriptArchive {
  name: string
  /** `bot-logic.js`. */
  code: string
  /** By the name of the action; all of them take and give anything. */
  actions?: Record<string, { idempotent?: boolean; timeoutMs?: number }>
  permissions?: DeclaredPermissions
}

/** A JavaScript skill that conforms, as an archive to upload. */
export function javascriptArchive(skill: JavascriptArchive): Promise<Uint8Array> {
  const { name, code, actions = { go: {} }, permissions = {} } = skill
  const manifest = {
    name,
    version: '0.1.0',
    kind: 'javascript',
    entry: 'bot-logic.js',
    actions: Object.keys(actions),
  }
  const schemas = Object.entries(actions).map(([action, more]) => [
    action,
    { description: `Does ${action}`, input: {}, output: {}, ...more },
  ])
  const texts = {
    'SKILL.md': `---\nname: ${name}\ndescription: The skill ${name}, to be tried out by a test.\n---\n\n# ${name}\n`,
    'manifest.json': JSON.stringify(manifest),
    'action-schema.json': JSON.stringify(Object.fromEntries(schemas)),
    'permissions.json': JSON.stringify(permissions),
    'bot-logic.js': code,
  }
  const files = new Map(Object.entries(texts).map(([path, text]) => [path, Buffer.from(text)]))
  return packSkill({ files, kind: 'javascript', name })
}
