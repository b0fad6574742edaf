import { fullNameOf, type SkillDetails, type VersionDetails } from '@guildhall/contracts'
import { Link } from '../../lib/link.tsx'
import { capitalised, formatBytes, formatCount, plural, shortDigest } from '../../lib/format.ts'
import { paths } from '../../lib/paths.ts'
import { CopyButton } from '../../ui/copy-button.tsx'
import { CopyLine } from '../../ui/copy-line.tsx'
import { Facts } from '../../ui/facts.tsx'
import { Mono } from '../../ui/mono.tsx'
import { Timestamp } from '../../ui/timestamp.tsx'
import { kindNames } from './kind-names.ts'

const conformanceWords = {
  none: 'not loadable',
  loadable: 'loadable by lenient agents',
  spec: 'meets the specification',
  portable: 'portable to every known agent',
}

function Digest({ digest }: { digest: string }) {
  return (
    <span className="-my-1.5 flex items-center justify-between">
      <Mono title={digest}>{shortDigest(digest)}…</Mono>
      <CopyButton value={digest} what="the whole digest" className="-me-3" />
    </span>
  )
}

function Signers({ version }: { version: VersionDetails }) {
  if (!version.signature) return 'not signed'
  return version.signature.signatures.map(({ keyId, signer }) => (
    <span key={keyId} className="block">
      by the {signer}, key <Mono>{keyId}</Mono>
    </span>
  ))
}

function whereItRuns(skill: SkillDetails): string {
  if (skill.runnable) return 'runs on this server'
  return skill.kind === 'instructions' ? 'read by agents; nothing to execute' : 'not runnable on this server yet'
}

/** What is known of a skill, to be compared at a glance. */
export function SkillFacts({ skill, version }: { skill: SkillDetails; version: VersionDetails }) {
  return (
    <div className="flex flex-col gap-6">
      <div>
        <h2 className="eyebrow mb-2 font-sans">Into the agents on your machine</h2>
        <CopyLine value={`guildhall add ${fullNameOf(skill)}`} what="Install command" />
      </div>
      <div className="border-t border-ink">
        <Facts
          facts={[
            { term: 'Version', value: <Mono>{skill.latestVersion}</Mono> },
            { term: 'Kind', value: kindNames[skill.kind] },
            { term: 'Runs', value: whereItRuns(skill) },
            { term: 'Installs', value: formatCount(skill.installCount) },
            { term: 'Licence', value: skill.license ?? 'none stated' },
            { term: 'Conformance', value: conformanceWords[skill.conformance] },
            {
              term: 'Category',
              value: (
                <Link href={paths.marketplace({ category: skill.category })} className="link">
                  {capitalised(skill.category)}
                </Link>
              ),
            },
            ...(skill.tags.length > 0 ? [{ term: 'Tags', value: skill.tags.join(', ') }] : []),
            { term: 'Size', value: `${formatBytes(version.sizeBytes)} in ${plural(version.fileCount, 'file')}` },
            { term: 'Updated', value: <Timestamp at={skill.updatedAt} /> },
            { term: 'First released', value: <Timestamp at={skill.publishedAt} /> },
            { term: 'Signed', value: <Signers version={version} /> },
            { term: 'Digest', value: <Digest digest={skill.digest} /> },
          ]}
        />
      </div>
    </div>
  )
}
