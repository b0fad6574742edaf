import { join } from 'node:path'
import type { Enclosure } from '../src/isolation/enclosure.ts'
import type { GuestImage } from '../src/isolation/launch.ts'
import { workshopFlags } from '../src/workshop/workshop-image.ts'
import type { WorkshopWalls } from '../src/workshop/workshop-walls.ts'

const probesDir = join(import.meta.dirname, 'workshop-probes')

/** A program of `workshop-probes`, and what it is told. */
export interface Probe {
  name: 'attack' | 'bomb' | 'endless'
  /** As the jobs run; else without Node's permissions, as native code of a decoder runs that was taken over. */
  isPermitted: boolean
  args: readonly string[]
}

/** The walls of workshop processes around a program that does what no job does. */
export function encloseProbe({ image, enclose }: WorkshopWalls, { name, isPermitted, args }: Probe): Enclosure {
  const probing: GuestImage = {
    ...image,
    readOnly: [...image.readOnly, { from: probesDir, to: '/guest/probes' }],
    args: (pathOf) => {
      const dir = pathOf(probesDir)
      return [...(isPermitted ? workshopFlags([dir]) : []), join(dir, `${name}.js`), ...args]
    },
  }
  return enclose(probing)
}
