import { accessSync, constants, existsSync, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { runCommand } from '../process/run-command.ts'

/** What the tests want from the system, beyond what `npm ci` brings. */
export interface SystemPart {
  name: string
  /** Path of the program when it is there. */
  find: () => string | undefined
  /** Debian's package that brings it. */
  debianPackage: string
  /** How a person mends it where we cannot. */
  mend: string
}

const OLDEST_POSTGRES = 15

function executable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

function onPath(...names: readonly string[]): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter(Boolean)
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(executable)
}

function findChromium(): string | undefined {
  const chosen = process.env['CHROMIUM_PATH']
  if (chosen) return executable(chosen) ? chosen : undefined
  const applications = '/Applications'
  const onMac = [
    `${applications}/Google Chrome.app/Contents/MacOS/Google Chrome`,
    `${applications}/Chromium.app/Contents/MacOS/Chromium`,
  ]
  return onPath('chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable') ?? onMac.find(executable)
}

/** The `postgres` server binary of the newest version that is new enough, by its Debian folder, else by PATH. */
function findPostgres(): string | undefined {
  const root = '/usr/lib/postgresql'
  const versions = existsSync(root)
    ? readdirSync(root)
        .map(Number)
        .filter((version) => version >= OLDEST_POSTGRES)
    : []
  const installed = versions.sort((a, b) => b - a).map((version) => join(root, String(version), 'bin/postgres'))
  return installed.find(executable) ?? onPath('postgres')
}

/** The parts by name; which step needs which is said in `tools/test.ts`. */
export const systemParts = {
  git: { name: 'git', find: () => onPath('git'), debianPackage: 'git', mend: 'install git' },
  unzip: { name: 'unzip', find: () => onPath('unzip'), debianPackage: 'unzip', mend: 'install unzip' },
  bubblewrap: {
    name: 'bubblewrap',
    find: () => onPath('bwrap'),
    debianPackage: 'bubblewrap',
    mend: 'install bubblewrap (the program bwrap) with your package manager',
  },
  docker: {
    name: 'Docker engine',
    find: () => (onPath('docker') ? (onPath('dockerd') ?? ['/usr/sbin/dockerd'].find(executable)) : undefined),
    debianPackage: 'docker.io',
    mend: 'install the Docker engine (the programs docker and dockerd); the tests start one of their own, so it need not run',
  },
  postgres: {
    name: `PostgreSQL ${OLDEST_POSTGRES}+ server`,
    find: findPostgres,
    debianPackage: 'postgresql',
    mend: `install the PostgreSQL server, version ${OLDEST_POSTGRES} or newer, and put its "postgres" and "initdb" on PATH`,
  },
  chromium: {
    name: 'Chromium',
    find: findChromium,
    debianPackage: 'chromium',
    mend: 'install Chromium or Google Chrome, or set CHROMIUM_PATH to its program',
  },
} satisfies Record<string, SystemPart>

export type PartName = keyof typeof systemParts

/** Where the wanted parts are, and one line for each that is missing. */
export interface FoundParts {
  paths: Partial<Record<PartName, string>>
  complaints: string[]
}

/** Finds the parts; as root on Debian it installs those that are missing, and says so. */
export async function provideParts(names: readonly PartName[]): Promise<FoundParts> {
  const missing = names.filter((name) => !systemParts[name].find())
  if (missing.length > 0 && canInstall()) await install(missing.map((name) => systemParts[name].debianPackage))
  const found: FoundParts = { paths: {}, complaints: [] }
  for (const name of names) {
    const path = systemParts[name].find()
    if (path) found.paths[name] = path
    else found.complaints.push(`${systemParts[name].name} is missing: ${systemParts[name].mend}`)
  }
  return found
}

function canInstall(): boolean {
  return process.getuid?.() === 0 && onPath('apt-get') !== undefined
}

async function install(packages: readonly string[]): Promise<void> {
  console.log(`installing from Debian: ${packages.join(' ')}`)
  // The tests start services of their own; without systemd, this keeps Debian from starting those that come along.
  const environment = { DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' }
  for (const parameters of [['update'], ['install', '--yes', '--no-install-recommends', ...packages]]) {
    const outcome = await runCommand({ program: 'apt-get', parameters, environment, output: 'keep' })
    if (outcome.exitCode === 0) continue
    console.log(`apt-get ${parameters.join(' ')} failed:\n${outcome.output}`)
    return
  }
}
