import { createServer } from 'node:net'
import { inspect } from 'node:util'
import { ConfigError, readConfig, type Config } from '../platform/config/config.ts'
import { DataDirError, openDataDir } from '../platform/data-dir/data-dir.ts'
import { migrateDatabase } from '../platform/db/migrate.ts'
import { loadKeys } from '../platform/keys/keys.ts'
import { createLog } from '../platform/log/log.ts'
import { composeServer } from './compose.ts'
import { openDatabase } from './database.ts'
import { seedExamples } from './seed.ts'
import { buildWeb, mountWeb, prepareWeb } from './web.ts'
import packageJson from '../../package.json' with { type: 'json' }

const GRACE_MS = 10_000

/** A reason not to start that the operator can mend; its message is the whole output. */
class StartError extends Error {}

const say = (line: string): void => void process.stdout.write(`${line}\n`)

function portError(config: Config, error: Error): StartError {
  const code = 'code' in error ? error.code : undefined
  const where = `port ${config.port} on ${config.host}`
  if (code === 'EADDRINUSE')
    return new StartError(
      `The ${where} is taken. Stop the program that uses it, or choose another with PORT=${config.port + 1}.`,
    )
  return new StartError(`The ${where} cannot be opened (${error.message}). Choose others with PORT and GUILDHALL_HOST.`)
}

/** Fails early: before minutes go into building. */
function checkPort(config: Config): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', (error) => reject(portError(config, error)))
    probe.listen(config.port, config.host, () => probe.close(() => resolve()))
  })
}

function urlOf(config: Config, port: number): string {
  const host =
    config.host === '127.0.0.1' || config.host === '0.0.0.0' || config.host === '::' ? 'localhost' : config.host
  return config.publicUrl ?? `http://${host}:${port}`
}

async function start(isDev: boolean): Promise<() => Promise<void>> {
  const config = readConfig(process.env)
  const log = createLog(config.logLevel)
  await checkPort(config)
  const dataDir = await openDataDir(config.dataDir)
  const closers: (() => Promise<void>)[] = [dataDir.release]
  const stop = async (): Promise<void> => {
    for (const close of closers.reverse()) await close()
  }
  try {
    const keys = await loadKeys(await dataDir.folder('keys'), { secret: config.secret, signingKey: config.signingKey })
    if (config.isWebOn && !isDev) await buildWeb(say)
    const preparing = config.isWebOn ? prepareWeb({ isDev, port: config.port, hostname: config.host }) : null
    // Whether it failed is asked further down; until then it must not end the process.
    preparing?.catch(() => undefined)
    say(config.databaseUrl === null ? 'Opening the embedded database …' : 'Connecting to PostgreSQL …')
    const database = await openDatabase(config, dataDir, log)
    closers.push(() => database.close())
    await migrateDatabase(database).catch((error: unknown) => {
      throw new StartError(
        `The database cannot be used: ${error instanceof Error ? (error.cause instanceof Error ? error.cause.message : error.message) : String(error)}. Check DATABASE_URL.`,
      )
    })
    const server = await composeServer({ config, database, keys, log, version: packageJson.version })
    closers.push(() => server.close(GRACE_MS))
    const admin = await server.identity.ensureAdmin(config.admin)
    // At once: whoever stops a first start half-way must not lose it.
    if (admin.oneTimePassword !== null) {
      say(`Administrator ${config.admin.email} was created. Password, shown this once: ${admin.oneTimePassword}`)
    }
    server.work()
    if (config.isSeedingOn)
      await seedExamples({ database, identity: server.identity, publishing: server.publishing, say })
    if (preparing) {
      const web = await preparing
      closers.push(web.close)
      await mountWeb(server.app, web)
    }
    await server.app.listen({ port: config.port, host: config.host }).catch((error: Error) => {
      throw portError(config, error)
    })
    const address = server.app.server.address()
    const port = typeof address === 'object' && address ? address.port : config.port
    process.env.GUILDHALL_INTERNAL_URL = `http://127.0.0.1:${port}`
    say(`Guildhall is ready at ${urlOf(config, port)}`)
    return stop
  } catch (error) {
    await stop().catch(() => undefined)
    throw error
  }
}

function stopOnSignals(stop: () => Promise<void>): void {
  let isStopping = false
  const onSignal = (): void => {
    if (isStopping) process.exit(130)
    isStopping = true
    say('Stopping: letting what runs end (press Ctrl-C again to stop at once) …')
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`${inspect(error)}\n`)
        process.exit(1)
      },
    )
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
}

/** Starts everything in this process and keeps it running; ends the process with one clear line where it cannot start. */
export async function serve(isDev: boolean): Promise<void> {
  try {
    stopOnSignals(await start(isDev))
  } catch (error) {
    const isPlain = error instanceof StartError || error instanceof ConfigError || error instanceof DataDirError
    process.stderr.write(isPlain ? `Guildhall cannot start. ${error.message}\n` : `${inspect(error)}\n`)
    process.exit(1)
  }
}
