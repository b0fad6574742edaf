import { createHash } from 'node:crypto'
import { deflateSync } from 'node:zlib'

/** An object of a git repository, https://git-scm.com/docs/gitformat-pack. */
export interface GitObject {
  type: 'commit' | 'tree' | 'blob'
  bytes: Uint8Array
}

export interface GitSnapshot {
  /** Of the commit. */
  id: string
  /** Everything it consists of, each once. */
  objects: readonly GitObject[]
}

const FILE = '100644'
const FOLDER = '40000'
const packTypes = { commit: 1, tree: 2, blob: 3 } as const

function idOf({ type, bytes }: GitObject): string {
  return createHash('sha1').update(`${type} ${bytes.byteLength}\0`).update(bytes).digest('hex')
}

interface TreeEntry {
  mode: string
  name: string
  id: string
}

/** Git compares the names of folders as if they ended with a slash. */
const sortKey = ({ mode, name }: TreeEntry): Buffer => Buffer.from(mode === FOLDER ? `${name}/` : name)

function treeOf(entries: readonly TreeEntry[]): GitObject {
  const sorted = [...entries].sort((a, b) => Buffer.compare(sortKey(a), sortKey(b)))
  const parts = sorted.flatMap(({ mode, name, id }) => [Buffer.from(`${mode} ${name}\0`), Buffer.from(id, 'hex')])
  return { type: 'tree', bytes: Buffer.concat(parts) }
}

type Files = ReadonlyMap<string, Uint8Array>

/** The files of each direct subfolder, with their paths from there. */
function subfolders(files: Files): Map<string, Map<string, Uint8Array>> {
  const folders = new Map<string, Map<string, Uint8Array>>()
  for (const [path, bytes] of files) {
    const slash = path.indexOf('/')
    if (slash < 0) continue
    const name = path.slice(0, slash)
    const inside = folders.get(name) ?? new Map<string, Uint8Array>()
    folders.set(name, inside.set(path.slice(slash + 1), bytes))
  }
  return folders
}

/** Adds a folder with all that is in it, and answers the id of its tree. Paths are at most as deep as packages may be. */
function addFolder(objects: Map<string, GitObject>, files: Files): string {
  const add = (object: GitObject): string => {
    const id = idOf(object)
    objects.set(id, object)
    return id
  }
  const entries: TreeEntry[] = []
  for (const [name, bytes] of files)
    if (!name.includes('/')) entries.push({ mode: FILE, name, id: add({ type: 'blob', bytes }) })
  for (const [name, inside] of subfolders(files)) entries.push({ mode: FOLDER, name, id: addFolder(objects, inside) })
  return add(treeOf(entries))
}

/** One commit without a past. The same files, message and time always give the same one. */
export function gitSnapshot(files: Files, { message, at }: { message: string; at: Date }): GitSnapshot {
  const objects = new Map<string, GitObject>()
  const tree = addFolder(objects, files)
  const who = `Guildhall <noreply@guildhall.invalid> ${Math.floor(at.getTime() / 1000)} +0000`
  const text = `tree ${tree}\nauthor ${who}\ncommitter ${who}\n\n${message}\n`
  const commit: GitObject = { type: 'commit', bytes: Buffer.from(text) }
  const id = idOf(commit)
  return { id, objects: [commit, ...objects.values()] }
}

/** Type and size of an object in a pack: four bits of size in the first byte, seven in each that follows. */
function entryHead({ type, bytes }: GitObject): Buffer {
  const head: number[] = []
  let byte = (packTypes[type] << 4) | (bytes.byteLength & 0x0f)
  for (let rest = bytes.byteLength >>> 4; rest > 0; rest >>>= 7) {
    head.push(byte | 0x80)
    byte = rest & 0x7f
  }
  return Buffer.from([...head, byte])
}

/** A pack of these objects, piece by piece. */
export function* packOf({ objects }: GitSnapshot): Generator<Buffer> {
  const hash = createHash('sha1')
  const counted = (piece: Buffer): Buffer => {
    hash.update(piece)
    return piece
  }
  const head = Buffer.alloc(12)
  head.write('PACK')
  head.writeUInt32BE(2, 4)
  head.writeUInt32BE(objects.length, 8)
  yield counted(head)
  for (const object of objects) {
    yield counted(entryHead(object))
    yield counted(deflateSync(object.bytes))
  }
  yield hash.digest()
}
