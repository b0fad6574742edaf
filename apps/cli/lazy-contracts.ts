import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Plugin } from 'esbuild'

const DOOR = 'index.ts'
const AREAS = join('api', 'index.ts')

const NAMED_IMPORT = /^import \{([^}]+)\} from '@guildhall\/contracts'$/gm
const AREA_IMPORT = /^import \{ ([^}]+) \} from '(\.\/[a-z-]+\.ts)'$/gm

const namesIn = (list: string): string[] =>
  list
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')

/** Which file of the contracts exports a value, by its name. */
async function homesOf(folder: string): Promise<Map<string, string>> {
  const homes = new Map<string, string>()
  const door = await readFile(join(folder, DOOR), 'utf8')
  for (const [, file = ''] of door.matchAll(/^export \* from '(.+)'$/gm)) {
    const text = await readFile(join(folder, file), 'utf8')
    for (const [, name = ''] of text.matchAll(/^export (?:const|function|class) (\w+)/gm))
      homes.set(name, join(folder, file))
  }
  return homes
}

/** Imports through the door of the contracts, as imports from the files behind it; types need none. */
function pastTheDoor(text: string, homes: ReadonlyMap<string, string>): string {
  return text.replace(NAMED_IMPORT, (_, list: string) =>
    namesIn(list)
      .filter((name) => !name.startsWith('type '))
      .map((name) => `import { ${name} } from ${JSON.stringify(homes.get(name.split(' ')[0] ?? '') ?? name)}`)
      .join('\n'),
  )
}

/** The areas as properties that load their file when they are asked for. */
function lazyAreas(text: string, path: string): string {
  const getters = [...text.matchAll(AREA_IMPORT)].flatMap(([, names = '', file]) =>
    namesIn(names).map((name) => `get ${name}() { return require('${file}').${name} }`),
  )
  const list = /const api = \{([^}]*)\}/.exec(text)?.[1] ?? ''
  if (getters.length === 0 || namesIn(list).length !== getters.length)
    throw new Error(`${path} is not written as the bundle expects: imports of areas, and one object of them`)
  return text.replace(AREA_IMPORT, '').replace(list, getters.join(',\n'))
}

/**
 * Lets the bundle make the schemas of an area of the contracts when the area is first used. Making all of them takes longer than
 * everything else that a command does at its start, and a command uses one or two. The bundler delays a module that is
 * required, with all it imports; so areas are required, and nothing imports the door that names them all.
 */
export function lazyContracts(folder: string): Plugin {
  return {
    name: 'lazy-contracts',
    async setup(build) {
      const homes = await homesOf(folder)
      build.onLoad({ filter: /[\\/](packages|apps)[\\/].*[\\/]src[\\/].*\.ts$/ }, async ({ path }) => {
        const text = await readFile(path, 'utf8')
        const contents = path === join(folder, AREAS) ? lazyAreas(text, path) : pastTheDoor(text, homes)
        return { contents, loader: 'ts', resolveDir: dirname(path) }
      })
    },
  }
}
