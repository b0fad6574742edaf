import { fullNameOf, type SkillAddress } from '@guildhall/contracts'

/** A program that installs skills, with the lines that install this one. */
export interface ClientCommands {
  client: string
  label: string
  lines: string[]
  /** What the reader should know first. */
  note: string
}

/** How the clients that are known install a skill from the server at `origin`. */
export function clientCommands(skill: SkillAddress, origin: string): ClientCommands[] {
  const { publisher, name } = skill
  const fullName = fullNameOf(skill)
  return [
    {
      client: 'guildhall',
      label: 'Guildhall',
      lines: [`guildhall add ${fullName} --registry ${origin}`],
      note: 'Checks digest and signature, and locks the version.',
    },
    {
      client: 'skills',
      label: 'skills',
      lines: [`npx skills add ${origin}/${fullName}`],
      note: 'Checks the digest. Needs https, except on this machine.',
    },
    {
      client: 'clawhub',
      label: 'clawhub',
      lines: [`npx clawhub install ${fullName} --registry ${origin}`],
      note: 'For OpenClaw.',
    },
    {
      client: 'claude',
      label: 'Claude Code',
      lines: [
        `/plugin marketplace add ${origin}/git/${publisher}.git`,
        `/plugin install ${publisher}--${name}@guildhall-${publisher}`,
      ],
      note: 'As a plugin, typed within Claude Code.',
    },
  ]
}
