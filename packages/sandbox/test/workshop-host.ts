/**
 * A host of its own, for tests that need one with secrets or kill it: starts a probe behind the walls of workshop processes (arguments:
 * how much isolation is wanted, name of the probe, whether it is permitted, what the probe is told) and prints the level, then the process
 * ids of the probe once it speaks, then what it says.
 */
import { once } from 'node:events'
import { startInside } from '../src/isolation/start-inside.ts'
import { descendantPids } from '../src/guests/resident-memory.ts'
import { prepareWorkshopWalls } from '../src/workshop/workshop-walls.ts'
import { encloseProbe } from './workshop-probe.ts'

const [wanted, name, permitted, ...args] = process.argv.slice(2)
const walls = await prepareWorkshopWalls(wanted === 'language' ? 'language' : 'auto')
console.log(walls.level)
const enclosure = encloseProbe(walls, {
  name: name === 'endless' ? 'endless' : 'attack',
  isPermitted: permitted === 'permitted',
  args,
})
const child = startInside(enclosure.line)
child.stderr.resume()
child.stdout.once('data', (chunk: Buffer) => {
  console.log(JSON.stringify(descendantPids(process.pid)))
  process.stdout.write(chunk)
  child.stdout.pipe(process.stdout, { end: false })
})
await once(child, 'close')
await enclosure.remove()
await walls.remove()
