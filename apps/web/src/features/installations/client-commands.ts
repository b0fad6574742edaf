import { fullNameOf, type SkillSummary } from '@guildhall/contracts'

/** A program that installs skills, with the lines that install this one. */
export interface ClientCommands {
  client: string
  label: string
  lines: string[]
  /** What the reader should know first. */
  note: string
}

/** Stands for an API key with the scope read alone, for clients that cannot send headers. */
const KEY_PLACE = '~YOUR-READ-KEY'

/** How the clients that are known install a skill from the server at `origin`. */
export function clientCommands(
  skill: Pick<SkillSummary, 'publisher' | 'name' | 'visibility'>,
  origin: string,
): ClientCommands[] {
  const { publisher, name } = skill
  const fullName = fullNameOf(skill)
  const isPrivate = skill.visibility === 'private'
  const base = isPrivate ? `${origin}/${KEY_PLACE}` : origin
  const withKey = isPrivate ? ' Private: put an API key in its place that may only read.' : ''
  const withLogin = isPrivate ? ' Private: log in with it first.' : ''
  return [
    {
      client: 'guildhall',
      label: 'Guildhall',
      lines: [`npx guildhall add ${fullName} --registry ${origin}`],
      note: `Checks digest and signature, and locks the version.${withLogin}`,
    },
    {
      client: 'skills',
      label: 'skills',
      lines: [`npx skills add ${base}/${fullName}`],
      note: `Checks the digest, not the signature.${withKey}`,
    },
    {
      client: 'clawhub',
      label: 'clawhub',
      lines: [`npx clawhub install ${fullName} --registry ${origin}`],
      note: `For OpenClaw. Checks no signature.${withLogin}`,
    },
    {
      client: 'claude',
      label: 'Claude Code',
      lines: [
        `/plugin marketplace add ${base}/git/${publisher}.git`,
        `/plugin install ${publisher}--${name}@guildhall-${publisher}`,
      ],
      note: `As a plugin, typed within Claude Code.${withKey}`,
    },
  ]
}
