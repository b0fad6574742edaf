import type { Provenance, SkillDetails, VersionDetails } from '@guildhall/contracts'
import { Link } from '../../lib/link.tsx'
import { capitalised, formatBytes, formatCount, plural, shortDigest } from '../../lib/format.ts'
import { paths } from '../../lib/paths.ts'
import { CopyButton } from '../../ui/copy-button.tsx'
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

function From({ provenance }: { provenance: Provenance | null }) {
  if (provenance === null) return 'not recorded'
  if (provenance.kind === 'upload')
    return (
      <>
        the upload <Mono title={provenance.sha256}>{provenance.filename}</Mono>
      </>
    )
  const { repository, commit, path, ref } = provenance
  return (
    <>
      <Mono className="block">{repository}</Mono>
      <span className="block">
        commit <Mono title={commit}>{shortDigest(commit)}…</Mono>
        {ref && (
          <>
            {' '}
            of <Mono>{ref}</Mono>
          </>
        )}
      </span>
      {path !== '' && (
        <span className="block">
          folder <Mono>{path}</Mono>
        </span>
      )}
    </>
  )
}

function Tags({ tags }: { tags: string[] }) {
  return tags.map((tag, index) => (
    <span key={tag}>
      {index > 0 && ', '}
      <Link href={paths.marketplace({ tag })} className="link">
        {tag}
      </Link>
    </span>
  ))
}

/** What signatures and origin say: for whoever wants to check. */
function proofFacts(skill: SkillDetails, version: VersionDetails) {
  const isRenamed = version.signedAs !== version.fullName
  return [
    { term: 'Signed', value: <Signers version={version} /> },
    ...(isRenamed ? [{ term: 'Signed as', value: <Mono>{version.signedAs}</Mono> }] : []),
    { term: 'From', value: <From provenance={version.provenance} /> },
    { term: 'Digest', value: <Digest digest={skill.digest} /> },
  ]
}

/** What is known of a skill, to be compared at a glance. */
export function SkillFacts({ skill, version }: { skill: SkillDetails; version: VersionDetails }) {
  return (
    <div className="border-t border-ink">
      <Facts
        facts={[
          { term: 'Version', value: <Mono>{version.version}</Mono> },
          ...(version.tags.length > 0 ? [{ term: 'Tagged', value: <Mono>{version.tags.join(', ')}</Mono> }] : []),
          { term: 'Kind', value: kindNames[skill.kind] },
          { term: 'Runs', value: whereItRuns(skill) },
          { term: 'Installs', value: formatCount(skill.installCount) },
          { term: 'Downloads', value: formatCount(skill.downloadCount) },
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
          ...(skill.tags.length > 0 ? [{ term: 'Topics', value: <Tags tags={skill.tags} /> }] : []),
          { term: 'Size', value: `${formatBytes(version.sizeBytes)} in ${plural(version.fileCount, 'file')}` },
          { term: 'Updated', value: <Timestamp at={skill.updatedAt} /> },
          { term: 'First released', value: <Timestamp at={skill.publishedAt} /> },
          ...proofFacts(skill, version),
        ]}
      />
    </div>
  )
}
