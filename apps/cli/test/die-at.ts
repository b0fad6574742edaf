/** What a process is told before its own code runs: count its changes of the file system, or die at one of them. */
const preload = (dieAt: number) => `
import fs from 'node:fs/promises'
import { writeSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
let count = 0
for (const name of ['writeFile', 'rename', 'mkdir', 'rm', 'rmdir', 'symlink', 'link']) {
  const real = fs[name]
  fs[name] = (...given) => {
    count += 1
    if (count === ${dieAt}) process.kill(process.pid, 'SIGKILL')
    return real(...given)
  }
}
syncBuiltinESMExports()
process.on('exit', () => writeSync(2, 'CHANGES ' + count + '\\n'))
`

/** Arguments for Node with which the program dies, as by kill -9, right before its n-th change of the file system. */
export function dieAtChange(nth: number): string[] {
  return ['--import', `data:text/javascript,${encodeURIComponent(preload(nth))}`]
}

/** Arguments for Node with which the program only counts. */
export const countChanges: string[] = dieAtChange(-1)

/** How many changes a program counted, from its standard error. */
export function countedChanges(err: string): number {
  return Number(/CHANGES (\d+)/.exec(err)?.[1] ?? Number.NaN)
}
