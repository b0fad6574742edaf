import { SourceError } from '../source-error.ts'

const COMMIT = /^[0-9a-f]{40}$/i

/** What is asked of the other side for a ref: the names that it could stand for. Empty for a full commit, which has no name. */
export function namesFor(ref: string | null): string[] {
  if (ref === null || ref === 'HEAD') return ['HEAD']
  if (COMMIT.test(ref)) return []
  return ref.startsWith('refs/') ? [ref] : [`refs/heads/${ref}`, `refs/tags/${ref}`]
}

/** `<object> TAB <name>` lines as `git ls-remote` prints them. */
export function readRefs(output: string): Map<string, string> {
  const refs = new Map<string, string>()
  for (const line of output.split('\n')) {
    const [object = '', name = ''] = line.split('\t')
    if (COMMIT.test(object) && name !== '') refs.set(name, object)
  }
  return refs
}

/**
 * The one name that the ref stands for. A branch and a tag of one name are the same to git and to nobody else, so unless they are
 * the same commit they are refused. Throws `git.ref-not-found`, `git.ref-ambiguous` or `git.empty`.
 */
export function chooseRef(ref: string | null, refs: ReadonlyMap<string, string>): string {
  const names = namesFor(ref)
  if (names.length === 0) return (ref ?? '').toLowerCase()
  const found = names.filter((name) => refs.has(name))
  const [first, second] = found
  if (first === undefined) {
    if (ref === null) throw new SourceError('git.empty')
    throw new SourceError('git.ref-not-found', { subject: ref })
  }
  const objectOf = (name: string): string | undefined => refs.get(`${name}^{}`) ?? refs.get(name)
  if (second !== undefined && objectOf(first) !== objectOf(second))
    throw new SourceError('git.ref-ambiguous', { subject: ref ?? first })
  return first
}
