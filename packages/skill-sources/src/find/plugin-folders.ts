import { join } from 'node:path/posix'
import * as z from 'zod'
import { visible } from '../source-error.ts'
import type { SourceTree } from '../source-tree.ts'
import { type FolderMap, joined } from './folder-map.ts'

const MAX_MANIFEST_BYTES = 1024 * 1024
const MAX_PLUGINS = 1000
const MAX_PATHS = 1000

const Paths = z
  .union([z.string().transform((path) => [path]), z.array(z.string()).max(MAX_PATHS)])
  .optional()
  .catch(undefined)
const Plugin = z.object({
  name: z.string().max(200).optional().catch(undefined),
  source: z.unknown().optional(),
  skills: Paths,
})
const Marketplace = z.object({
  plugins: z.array(Plugin).max(MAX_PLUGINS),
  metadata: z.object({ pluginRoot: z.string().optional() }).optional().catch(undefined),
})
const PluginManifest = z.object({ name: z.string().max(200).optional().catch(undefined), skills: Paths })

/** A folder that a plugin says holds a skill, or skills. */
export interface PluginFolder {
  path: string
  plugin: string | null
}

export interface PluginFolders {
  folders: PluginFolder[]
  /** What was not followed, in words. */
  problems: string[]
}

interface Reading {
  tree: SourceTree
  map: FolderMap
  /** The folder that paths may not leave. */
  root: string
  found: PluginFolders
}

/** The place that `./path` names below a folder; null where it leaves the source or is not written so. */
function insideOf(folder: string, path: string, { root, found }: Reading): string | null {
  const isRelative = path === '.' || path.startsWith('./')
  const place = join(folder === '' ? '.' : folder, path).replace(/\/$/, '')
  const plain = place === '.' ? '' : place
  const isInside =
    root === '' ? plain !== '..' && !plain.startsWith('../') : plain === root || plain.startsWith(`${root}/`)
  if (isRelative && isInside && !/[\\\0]/.test(path)) return plain
  found.problems.push(
    `A plugin names ${visible(path).slice(0, 100)}, which is not below the folder that was read; it was left out.`,
  )
  return null
}

async function readJson<T>(path: string, schema: z.ZodType<T>, { tree, map, found }: Reading): Promise<T | null> {
  const entry = map.entry(path)
  if (entry === null) return null
  if (entry.kind !== 'file' || entry.sizeBytes === null || entry.sizeBytes > MAX_MANIFEST_BYTES) {
    found.problems.push(`${path} is a link or too large; it was not read.`)
    return null
  }
  const [bytes] = await tree.read([entry])
  const parsed = schema.safeParse(parsedJson(new TextDecoder().decode(bytes)))
  if (!parsed.success) found.problems.push(`${path} is not what it should be; it was not used.`)
  return parsed.data ?? null
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

async function addPlugin(
  base: string,
  plugin: { name?: string | undefined; skills?: string[] | undefined },
  reading: Reading,
) {
  const manifest = await readJson(joined(base, '.claude-plugin/plugin.json'), PluginManifest, reading)
  const name = plugin.name ?? manifest?.name ?? null
  const named = [...(plugin.skills ?? []), ...(manifest?.skills ?? [])]
  const paths = named.flatMap((path) => insideOf(base, path, reading) ?? [])
  for (const path of [...paths, joined(base, 'skills')]) reading.found.folders.push({ path, plugin: name })
}

/** The plugins of a marketplace that lie in the source itself, each once. Those of other repositories are theirs to bring in. */
async function addMarketplace({ plugins, metadata }: z.infer<typeof Marketplace>, reading: Reading): Promise<void> {
  const { root } = reading
  const base = metadata?.pluginRoot === undefined ? root : insideOf(root, metadata.pluginRoot, reading)
  if (base === null) return
  const seen = new Set<string>()
  for (const plugin of plugins) {
    const { source = './' } = plugin
    const place = typeof source === 'string' ? insideOf(base, source, reading) : null
    const key = JSON.stringify([place, plugin.name, plugin.skills])
    if (place !== null && !seen.has(key)) await addPlugin(place, plugin, reading)
    seen.add(key)
  }
}

/**
 * Where the plugins of a source keep their skills: those named in `.claude-plugin/marketplace.json`, and the source itself where
 * it is one. A marketplace inside a plugin is not followed, so there is no way round in a circle.
 */
export async function pluginFolders(tree: SourceTree, map: FolderMap, root: string): Promise<PluginFolders> {
  const reading: Reading = { tree, map, root, found: { folders: [], problems: [] } }
  const marketplace = await readJson(joined(root, '.claude-plugin/marketplace.json'), Marketplace, reading)
  if (marketplace) await addMarketplace(marketplace, reading)
  else if (map.entry(joined(root, '.claude-plugin/plugin.json'))) await addPlugin(root, {}, reading)
  return reading.found
}
