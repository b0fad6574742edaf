#!/usr/bin/env node
// In the npm package there is a bundle of plain JavaScript and nothing else. In a checkout the bundle is used where it is newer
// than all sources; else the TypeScript sources are, which Node runs itself from 22.18 and 23.6 on.
import { existsSync, readdirSync, statSync } from 'node:fs'

const bundle = new URL('../dist/main.js', import.meta.url)
const sources = new URL('../src/', import.meta.url)

/** When something below a folder was last written, in ms. */
function newest(folder) {
  let latest = statSync(folder).mtimeMs
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const place = new URL(entry.isDirectory() ? `${entry.name}/` : entry.name, folder)
    latest = Math.max(latest, entry.isDirectory() ? newest(place) : statSync(place).mtimeMs)
  }
  return latest
}

function isFresh() {
  if (!existsSync(bundle)) return false
  const packages = new URL('../../../packages/', import.meta.url)
  const folders = readdirSync(packages).map((name) => new URL(`${name}/src/`, packages))
  const others = ['../bundle.ts', '../package.json'].map((path) => statSync(new URL(path, import.meta.url)).mtimeMs)
  const written = [sources, ...folders.filter((folder) => existsSync(folder))].map(newest)
  return statSync(bundle).mtimeMs > Math.max(...written, ...others)
}

if (!existsSync(sources) || isFresh()) await import(bundle.href)
else await (await import('./run-sources.mjs')).runSources(new URL('main.ts', sources))
