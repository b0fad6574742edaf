import { type PackageFiles, SIGNATURE_PATH } from '@guildhall/skill-format/install'

/** One file that is not as it was. */
export interface Difference {
  path: string
  change: 'added' | 'changed' | 'removed'
}

const isSame = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0

/** The files that differ between what was installed and what is there, sorted by path. The signature is no file of the skill. */
export function differencesOf(before: PackageFiles, after: PackageFiles): Difference[] {
  const paths = [...new Set([...before.keys(), ...after.keys()])].filter((path) => path !== SIGNATURE_PATH).sort()
  return paths.flatMap((path): Difference[] => {
    const [old, now] = [before.get(path), after.get(path)]
    if (old === undefined) return [{ path, change: 'added' }]
    if (now === undefined) return [{ path, change: 'removed' }]
    return isSame(old, now) ? [] : [{ path, change: 'changed' }]
  })
}
