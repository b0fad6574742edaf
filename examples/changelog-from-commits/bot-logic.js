/** Sections in the order they are printed. `internal` ones are left out unless asked for. */
const sections = [
  { type: 'feat', title: 'Features' },
  { type: 'fix', title: 'Bug fixes' },
  { type: 'perf', title: 'Performance' },
  { type: 'revert', title: 'Reverts' },
  { type: 'docs', title: 'Documentation', internal: true },
  { type: 'refactor', title: 'Refactoring', internal: true },
  { type: 'test', title: 'Tests', internal: true },
  { type: 'build', title: 'Build', internal: true },
  { type: 'ci', title: 'Continuous integration', internal: true },
  { type: 'style', title: 'Style', internal: true },
  { type: 'chore', title: 'Chores', internal: true },
]
const knownTypes = new Map(sections.map((section) => [section.type, section]))
const typeAliases = new Map([
  ['feature', 'feat'],
  ['bugfix', 'fix'],
  ['performance', 'perf'],
  ['doc', 'docs'],
  ['tests', 'test'],
])

const HASHED_LINE = /^([0-9a-f]{7,40})\s+(\S.*)$/
const SUBJECT = /^([A-Za-z]+)(?:\(([^()]+)\))?(!)?:\s+(\S.*)$/
const BREAKING_LINE = /^BREAKING[ -]CHANGE:\s*(\S.*)$/
const MERGE = /^Merge (pull request|branch|remote-tracking branch|tag|commit)\b/

// --- Reading the log ---

/** The log as `{ hash, subject, body }`. With hashes anywhere, lines without one are the body of the commit above. */
function splitCommits(log) {
  const lines = log.split(/\r?\n/).map((line) => line.trim())
  const isHashed = lines.some((line) => HASHED_LINE.test(line))
  const commits = []
  for (const line of lines) {
    if (line === '') continue
    const hashed = HASHED_LINE.exec(line)
    const last = commits.at(-1)
    const isBody = last !== undefined && ((isHashed && hashed === null) || BREAKING_LINE.test(line))
    if (hashed !== null) commits.push({ hash: hashed[1], subject: hashed[2], body: [] })
    else if (isBody) last.body.push(line)
    else commits.push({ hash: null, subject: line, body: [] })
  }
  return commits
}

/** One commit as a changelog entry, or null where it is not a Conventional Commit of a known type. */
function parseCommit({ hash, subject, body }) {
  const match = SUBJECT.exec(subject)
  if (match === null) return null
  const [, rawType, scope = null, mark, summary] = match
  const lowerType = rawType.toLowerCase()
  const type = typeAliases.get(lowerType) ?? lowerType
  if (!knownTypes.has(type)) return null
  const note = body.map((line) => BREAKING_LINE.exec(line)?.[1]).find((text) => text !== undefined) ?? null
  return { hash, type, scope, summary, breaking: mark === '!' || note !== null, breakingNote: note }
}

function readLog(log) {
  const entries = []
  const skipped = []
  for (const commit of splitCommits(log)) {
    if (MERGE.test(commit.subject)) continue
    const entry = parseCommit(commit)
    if (entry === null) skipped.push(commit.subject)
    else entries.push(entry)
  }
  if (entries.length === 0) {
    const example = skipped[0] === undefined ? '' : ` The first line is "${skipped[0].slice(0, 80)}".`
    throw new Error(
      `No Conventional Commit found in commits.${example} Write subjects as "feat(scope): what changed" or "fix: what changed".`,
    )
  }
  return { entries, skipped }
}

// --- The version ---

const order = ['none', 'patch', 'minor', 'major']

function bumpOf(entry) {
  if (entry.breaking) return 'major'
  if (entry.type === 'feat') return 'minor'
  return knownTypes.get(entry.type).internal ? 'none' : 'patch'
}

const largestBump = (entries) =>
  entries.map(bumpOf).reduce((most, bump) => (order.indexOf(bump) > order.indexOf(most) ? bump : most), 'none')

function parseVersion(text) {
  const match = /^v?(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?$/.exec(text.trim())
  if (match === null) throw new Error(`currentVersion is "${text}"; write a semantic version such as 1.4.0.`)
  return {
    major: Number(match[1]),
    minor: Number(match[2]),
    patch: Number(match[3]),
    isPrerelease: match[4] !== undefined,
  }
}

/** What a prerelease such as 2.0.0-rc.1 already promises over the release before it. */
function promisedBy({ minor, patch }) {
  if (patch > 0) return 'patch'
  return minor > 0 ? 'minor' : 'major'
}

/** The next version. Below 1.0.0 a breaking change raises the minor number. */
function raise(version, wanted) {
  const { major, minor, patch, isPrerelease } = version
  const bump = major === 0 && wanted === 'major' ? 'minor' : wanted
  const isPromised = order.indexOf(promisedBy(version)) >= order.indexOf(bump)
  if (isPrerelease && (isPromised || bump === 'none')) return `${major}.${minor}.${patch}`
  switch (bump) {
    case 'major':
      return `${major + 1}.0.0`
    case 'minor':
      return `${major}.${minor + 1}.0`
    case 'patch':
      return `${major}.${minor}.${patch + 1}`
    default:
      return `${major}.${minor}.${patch}`
  }
}

// --- Markdown ---

function createLinks(repositoryUrl) {
  if (repositoryUrl === undefined) return { commit: (hash) => hash.slice(0, 7), text: (text) => text }
  if (!/^https?:\/\/[^\s()<>]+$/.test(repositoryUrl)) {
    throw new Error(
      `repositoryUrl is "${repositoryUrl}"; write the address of the repository, such as https://github.com/acme/app.`,
    )
  }
  const base = repositoryUrl.replace(/\.git$/, '').replace(/\/+$/, '')
  const inside = base.includes('gitlab') ? `${base}/-` : base
  return {
    commit: (hash) => `[${hash.slice(0, 7)}](${inside}/commit/${hash})`,
    text: (text) => text.replaceAll(/(?<![\w[])#(\d+)\b/g, `[#$1](${inside}/issues/$1)`),
  }
}

function printEntry(entry, links) {
  const scope = entry.scope === null ? '' : `**${entry.scope}:** `
  const hash = entry.hash === null ? '' : ` (${links.commit(entry.hash)})`
  return `- ${scope}${links.text(entry.summary)}${hash}`
}

/** Entries without a scope first, then by scope; the order of the log within. */
function byScope(left, right) {
  const [a, b] = [left.scope ?? '', right.scope ?? '']
  return a === b ? 0 : a < b ? -1 : 1
}

function* printSections(entries, links, includeInternal) {
  const breaking = entries.filter((entry) => entry.breaking)
  if (breaking.length > 0) {
    const lines = breaking.map((entry) => printEntry({ ...entry, summary: entry.breakingNote ?? entry.summary }, links))
    yield `### Breaking changes\n\n${lines.join('\n')}\n`
  }
  for (const { type, title, internal } of sections) {
    const shown = entries.filter((entry) => entry.type === type && (!internal || includeInternal || entry.breaking))
    if (shown.length === 0) continue
    const lines = shown.toSorted(byScope).map((entry) => printEntry(entry, links))
    yield `### ${title}\n\n${lines.join('\n')}\n`
  }
}

function heading(version, date) {
  if (date !== undefined && !/^\d{4}-\d{2}-\d{2}$/.test(date)) {
    throw new Error(`date is "${date}"; write it as 2026-03-14.`)
  }
  return `## ${version ?? 'Unreleased'}${date === undefined ? '' : ` - ${date}`}\n`
}

function versionFacts(entries, currentVersion) {
  const bump = largestBump(entries)
  if (currentVersion === undefined) return { bump }
  return { bump, nextVersion: raise(parseVersion(currentVersion), bump) }
}

export async function generate(input, ctx) {
  const { entries, skipped } = readLog(input.commits)
  const facts = versionFacts(entries, input.currentVersion)
  const parts = [heading(input.version ?? facts.nextVersion, input.date)]
  ctx.stream(`${parts[0]}\n`)
  for (const section of printSections(entries, createLinks(input.repositoryUrl), input.includeInternal ?? false)) {
    parts.push(section)
    ctx.stream(`${section}\n`)
  }
  if (parts.length === 1) parts.push('No changes that users notice.\n')
  return {
    markdown: parts.join('\n'),
    ...facts,
    counts: {
      commits: entries.length,
      breaking: entries.filter((entry) => entry.breaking).length,
      features: entries.filter((entry) => entry.type === 'feat').length,
      fixes: entries.filter((entry) => entry.type === 'fix').length,
      skipped: skipped.length,
    },
    entries,
    skipped,
  }
}

export async function nextVersion(input, ctx) {
  const { entries, skipped } = readLog(input.commits)
  const bump = largestBump(entries)
  const next = raise(parseVersion(input.currentVersion), bump)
  const reasons = bump === 'none' ? [] : entries.filter((entry) => bumpOf(entry) === bump).map(subjectOf)
  ctx.stream(`${input.currentVersion} -> ${next} (${bump})\n`)
  return { currentVersion: input.currentVersion, nextVersion: next, bump, reasons, skipped }
}

function subjectOf({ type, scope, breaking, summary }) {
  return `${type}${scope === null ? '' : `(${scope})`}${breaking ? '!' : ''}: ${summary}`
}
