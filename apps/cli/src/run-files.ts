import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join, relative, resolve, sep } from 'node:path'
import type { Execution } from '@guildhall/contracts'
import { Failure } from './failures.ts'
import { plainLine } from './output/plain-text.ts'
import type { Session } from './session.ts'

/** A place below the folder, whatever the server says. Throws a Failure for a path that leads out of it. */
function placeIn(folder: string, path: string): string {
  const place = resolve(folder, ...path.split('/'))
  const inside = relative(folder, place)
  if (inside !== '' && inside !== '..' && !inside.startsWith(`..${sep}`) && resolve(folder, inside) === place)
    return place
  throw new Failure(`The run left a file whose path leads out of the folder: ${plainLine(path, 200)}`, {
    where: folder,
  })
}

async function save(session: Session, place: string, response: Promise<Response>): Promise<void> {
  const bytes = new Uint8Array(await (await response).arrayBuffer())
  await mkdir(dirname(place), { recursive: true })
  try {
    await writeFile(place, bytes, { flag: 'wx' })
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'EEXIST')) throw cause
    throw new Failure('A file of this name is there already', {
      where: place,
      remedy: 'Move it away, or name another folder.',
      cause,
    })
  }
  session.note(`Saved ${place} (${bytes.byteLength} bytes)`)
}

/** Saves what a run has left into a folder: the files of its workspace, and its result where that is large. Nothing is written over. */
export async function saveRunFiles(session: Session, execution: Execution, given: string): Promise<void> {
  const { id, files, isOutputLarge } = execution
  const { executions } = session.signedIn()
  const folder = resolve(session.host.cwd, given)
  if (files.length === 0 && !isOutputLarge) return session.note('The run has left no files.')
  for (const { path } of files)
    await save(session, placeIn(folder, path), executions.file({ params: { id }, query: { path } }))
  if (isOutputLarge) await save(session, join(folder, `${id}.json`), executions.output({ params: { id } }))
}
