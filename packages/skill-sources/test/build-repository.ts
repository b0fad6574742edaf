import { createHash, randomFillSync } from 'node:crypto'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { deflateSync } from 'node:zlib'
import type { Content, RepositoryCase } from './repository-recipe.ts'

/** Writes loose objects, whatever they hold. Names are as git computes them. */
function createObjects(home: string) {
  const pathOf = (name: string): string => join(home, 'objects', name.slice(0, 2), name.slice(2))
  return {
    pathOf,
    write(type: 'blob' | 'tree' | 'commit' | 'tag', body: Uint8Array): string {
      const whole = Buffer.concat([Buffer.from(`${type} ${body.length}\0`), body])
      const name = createHash('sha1').update(whole).digest('hex')
      mkdirSync(dirname(pathOf(name)), { recursive: true })
      writeFileSync(pathOf(name), deflateSync(whole))
      return name
    },
  }
}
type Objects = ReturnType<typeof createObjects>

interface Entry {
  name: Buffer
  mode: string
  object: string
}

interface Folder {
  entries: Entry[]
  folders: Map<string, Folder>
}

const emptyFolder = (): Folder => ({ entries: [], folders: new Map() })

function bytesOf(content: Content): Buffer {
  if (typeof content === 'string') return Buffer.from(content)
  if ('link' in content) return Buffer.from(content.link)
  if ('repeat' in content) return Buffer.from(content.repeat.repeat(content.times))
  return 'noiseBytes' in content ? randomFillSync(Buffer.alloc(content.noiseBytes)) : Buffer.alloc(0)
}

function entryOf(name: Buffer, content: Content, objects: Objects): Entry {
  if (typeof content === 'object' && 'submodule' in content) return { name, mode: '160000', object: content.submodule }
  const mode = typeof content === 'object' && 'link' in content ? '120000' : '100644'
  return { name, mode, object: objects.write('blob', bytesOf(content)) }
}

function folderAt(root: Folder, segments: readonly string[]): Folder {
  let folder = root
  for (const segment of segments) {
    const next = folder.folders.get(segment) ?? emptyFolder()
    folder.folders.set(segment, next)
    folder = next
  }
  return folder
}

function writeTree(folder: Folder, objects: Objects, isUnsorted = false): string {
  const trees = [...folder.folders].map(
    ([name, inner]): Entry => ({ name: Buffer.from(name), mode: '40000', object: writeTree(inner, objects) }),
  )
  const all = [...folder.entries, ...trees]
  const key = ({ name, mode }: Entry): Buffer => (mode === '40000' ? Buffer.concat([name, Buffer.from('/')]) : name)
  if (!isUnsorted) all.sort((a, b) => Buffer.compare(key(a), key(b)))
  const parts = all.flatMap(({ mode, name, object }) => [
    Buffer.from(`${mode} `),
    name,
    Buffer.from([0]),
    Buffer.from(object, 'hex'),
  ])
  return objects.write('tree', Buffer.concat(parts))
}

const SKILL = (name: string): string => `---\nname: ${name}\ndescription: Made for a test.\n---\nBody.\n`

/** Trees that are too large to be written down. */
function generate({ kind, count }: NonNullable<RepositoryCase['generate']>, root: Folder, objects: Objects): void {
  const blob = objects.write('blob', Buffer.from('x'))
  const file = (name: string): Entry => ({ name: Buffer.from(name), mode: '100644', object: blob })
  if (kind === 'files') {
    const folder = folderAt(root, ['skills', 'many'])
    for (let i = 0; i < count; i += 1) folder.entries.push(file(`f${String(i).padStart(6, '0')}`))
  } else if (kind === 'skills') {
    const inner = {
      name: Buffer.from('SKILL.md'),
      mode: '100644',
      object: objects.write('blob', Buffer.from(SKILL('same'))),
    }
    const object = writeTree({ entries: [inner], folders: new Map() }, objects)
    const skills = folderAt(root, ['skills'])
    for (let i = 0; i < count; i += 1) skills.entries.push({ name: Buffer.from(`s${i}`), mode: '40000', object })
  } else if (kind === 'depth' || kind === 'long-path') {
    const segment = kind === 'depth' ? 'd' : 'd'.repeat(200)
    let tree = writeTree({ entries: [file('bottom')], folders: new Map() }, objects)
    for (let i = 0; i < count; i += 1)
      tree = writeTree(
        { entries: [{ name: Buffer.from(segment), mode: '40000', object: tree }], folders: new Map() },
        objects,
      )
    root.entries.push({ name: Buffer.from('deep'), mode: '40000', object: tree })
  } else {
    let tree = writeTree({ entries: [file('leaf')], folders: new Map() }, objects)
    for (let i = 0; i < count; i += 1) {
      const shared = tree
      const entries = Array.from({ length: 10 }, (_, n) => ({
        name: Buffer.from(`t${n}`),
        mode: '40000',
        object: shared,
      }))
      tree = writeTree({ entries, folders: new Map() }, objects)
    }
    root.entries.push({ name: Buffer.from('bomb'), mode: '40000', object: tree })
  }
}

const WHO = 'A U Thor <author@example.com> 1700000000 +0000'

function writeCommit(objects: Objects, tree: string, message: string): string {
  return objects.write('commit', Buffer.from(`tree ${tree}\nauthor ${WHO}\ncommitter ${WHO}\n\n${message}\n`))
}

function writeTag(objects: Objects, type: string, object: string): string {
  return objects.write('tag', Buffer.from(`object ${object}\ntype ${type}\ntag v1\ntagger ${WHO}\n\nTag\n`))
}

/** Writes the files of the case; the objects by path are for those to be taken away again. */
function fillRoot(root: Folder, recipe: RepositoryCase, { objects, canary }: { objects: Objects; canary: string }) {
  const objectOf = new Map<string, string>()
  for (const [path, text] of Object.entries(recipe.files)) {
    const segments = path.split('/')
    const content = typeof text === 'string' ? text.replaceAll('$CANARY', canary) : text
    const entry = entryOf(Buffer.from(segments.at(-1) ?? ''), content, objects)
    folderAt(root, segments.slice(0, -1)).entries.push(entry)
    objectOf.set(path, entry.object)
  }
  for (const { path, nameHex, content, object } of recipe.entries) {
    const name = nameHex === undefined ? Buffer.from(path.at(-1) ?? '') : Buffer.from(nameHex, 'hex')
    const folder = folderAt(root, nameHex === undefined ? path.slice(0, -1) : path)
    folder.entries.push(object ? { name, mode: object[0], object: object[1] } : entryOf(name, content, objects))
  }
  if (recipe.generate) generate(recipe.generate, root, objects)
  return objectOf
}

/** Everything that a ref of the case can lead to. */
function writeThings(objects: Objects, tree: string) {
  const commit = writeCommit(objects, tree, 'One')
  const skillMd = entryOf(Buffer.from('SKILL.md'), SKILL('other'), objects)
  const other = writeCommit(objects, writeTree({ entries: [skillMd], folders: new Map() }, objects), 'Other')
  const tag = writeTag(objects, 'commit', commit)
  return {
    commit,
    'other-commit': other,
    tree,
    blob: objects.write('blob', Buffer.from('a blob')),
    tag,
    'tag-of-tag': writeTag(objects, 'tag', tag),
    'tag-of-tree': writeTag(objects, 'tree', tree),
    missing: 'deadbeef'.repeat(5),
  }
}

/** Builds the bare repository of a case in an empty folder, byte by byte and without git. */
export function buildRepository(home: string, recipe: RepositoryCase, canary: string): void {
  const objects = createObjects(home)
  const root = emptyFolder()
  const objectOf = fillRoot(root, recipe, { objects, canary })
  const things = writeThings(objects, writeTree(root, objects, recipe.isUnsorted))
  const filled = (text: string): string =>
    text.replaceAll('$CANARY', canary).replaceAll('$COMMIT', things.commit).replaceAll('$OTHER', things['other-commit'])
  const put = (path: string, text: string): void => {
    const place = join(home, filled(path))
    mkdirSync(dirname(place), { recursive: true })
    writeFileSync(place, filled(text), { mode: 0o755 })
  }
  put('HEAD', 'ref: refs/heads/main\n')
  put('config', '[core]\n\trepositoryFormatVersion = 0\n\tbare = true\n')
  mkdirSync(join(home, 'refs'), { recursive: true })
  for (const [ref, thing] of Object.entries(recipe.refs)) put(ref, `${things[thing]}\n`)
  for (const [path, text] of Object.entries(recipe.inside)) put(path, text)
  for (const path of recipe.missing) rmSync(objects.pathOf(objectOf.get(path) ?? ''))
}
