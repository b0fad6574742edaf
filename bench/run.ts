import { benchCatalogue } from './catalogue.ts'
import { benchFormat } from './format.ts'
import { benchInstall } from './install.ts'
import { benchDownloads } from './downloads.ts'
import { printRows, type Row } from './measure.ts'
import { benchCli } from './cli.ts'
import { benchMemory } from './memory.ts'
import { benchPublishing } from './publishing.ts'
import { benchSandbox } from './sandbox.ts'

const parts: Record<string, { title: string; run(): Promise<Row[]> }> = {
  catalogue: { title: 'List and search, 10 clients', run: benchCatalogue },
  publishing: { title: 'Publishing, from upload to release', run: benchPublishing },
  format: { title: 'Inspecting SKILL.md files, one after another', run: benchFormat },
  downloads: { title: 'Downloads of packages', run: benchDownloads },
  sandbox: { title: 'Sandbox, against processes without walls', run: benchSandbox },
  cli: { title: 'Start of the command line', run: benchCli },
  install: { title: 'Installing a skill, beside the stock clients', run: benchInstall },
  memory: { title: 'Idle server', run: benchMemory },
}

const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('--'))
const unknown = wanted.filter((name) => !(name in parts))
if (unknown.length > 0) {
  process.stderr.write(`There is no benchmark ${unknown.join(', ')}; there are: ${Object.keys(parts).join(', ')}.\n`)
  process.exit(2)
}
process.stdout.write(`Database: ${process.env.DATABASE_URL ? 'PostgreSQL' : 'embedded'}\n`)
for (const [name, part] of Object.entries(parts)) {
  if (wanted.length === 0 || wanted.includes(name)) printRows(part.title, await part.run())
}
