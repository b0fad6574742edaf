import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type Metafile } from 'esbuild'
import { lazyContracts } from './lazy-contracts.ts'

const ROOT = fileURLToPath(new URL('.', import.meta.url))
const CONTRACTS = fileURLToPath(new URL('../../packages/contracts/src/', import.meta.url))
const ENTRY = 'main.js'
const LICENCES = 'third-party-licences.txt'

/** Some of what is bundled is CommonJS and asks for modules of Node; an ES module has to bring its own `require`. */
const REQUIRE = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);"

/** `node_modules/@scope/name` of every package that went into the bundle. */
function bundledPackages({ inputs }: Metafile): string[] {
  const folders = Object.keys(inputs).flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? [])
  return [...new Set(folders)].sort()
}

async function licenceOf(folder: string): Promise<string> {
  const place = resolve(ROOT, folder)
  const manifest: unknown = JSON.parse(await readFile(join(place, 'package.json'), 'utf8'))
  const { name, version, license } = manifest as Record<'name' | 'version' | 'license', string> // as npm publishes them
  const file = (await readdir(place)).find((entry) => /^licen[cs]e/i.test(entry))
  const text = file === undefined ? '' : `\n${(await readFile(join(place, file), 'utf8')).trim()}\n`
  return `${name} ${version} (${license})\n${text}`
}

/**
 * Bundles the program with everything it needs into a folder: one small entry, and a file for each group of commands that is
 * loaded when it is wanted. Names of the files follow their content and the entry comes last, so a program that starts meanwhile
 * finds either the old bundle or the new one.
 */
export async function bundle(folder: string): Promise<void> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: ['src/main.ts'],
    outdir: folder,
    bundle: true,
    splitting: true,
    write: false,
    metafile: true,
    plugins: [lazyContracts(CONTRACTS)],
    // They bring engines and providers of their own; commands that run skills here say where these come from.
    external: ['@guildhall/models', '@guildhall/sandbox'],
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    banner: { js: REQUIRE },
    legalComments: 'none',
    logLevel: 'warning',
  })
  await mkdir(folder, { recursive: true })
  const licences = (await Promise.all(bundledPackages(metafile).map(licenceOf))).join(`\n${'-'.repeat(80)}\n`)
  await writeFile(join(folder, LICENCES), licences)
  const isEntry = (path: string): boolean => basename(path) === ENTRY
  for (const { path, contents } of outputFiles) if (!isEntry(path)) await writeFile(path, contents)
  for (const { path, contents } of outputFiles.filter((file) => isEntry(file.path))) {
    await writeFile(`${path}.new`, contents)
    await rename(`${path}.new`, path)
  }
  const kept = new Set([LICENCES, ...outputFiles.map(({ path }) => basename(path))])
  for (const name of await readdir(folder)) if (!kept.has(name)) await rm(join(folder, name), { recursive: true })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bundle(join(dirname(process.argv[1]), 'dist'))
