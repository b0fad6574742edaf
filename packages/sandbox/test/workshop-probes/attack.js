/* Stands for a library that a stranger's file has taken over: tries what it must not do, and tells what came of it. */
import { spawnSync } from 'node:child_process'
import { lookup } from 'node:dns/promises'
import { readdirSync, readFileSync, readSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'

const [canaryPath, fd, port, ...writable] = process.argv.slice(2)

function tried(work) {
  try {
    return work() ?? 'done'
  } catch (error) {
    return error.code ?? error.message
  }
}

const readFd = (number) => {
  const bytes = Buffer.alloc(100)
  return bytes.toString('utf8', 0, readSync(number, bytes, 0, 100, 0))
}

/** The beginnings and environments of all processes that can be seen. */
const everyEnvironment = () =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => tried(() => readFileSync(`/proc/${pid}/environ`, 'latin1')))
    .join('\n')

const reached = () =>
  new Promise((resolve) => {
    const socket = connect(Number(port), '127.0.0.1', () => resolve('done'))
    socket.on('error', (error) => resolve(error.code))
  })

const spawned = (command, ...args) => {
  const { error, status } = spawnSync(command, args)
  return error?.code ?? `done with ${status}`
}
const told = {
  file: tried(() => readFileSync(canaryPath, 'utf8')),
  fileThroughProcess: tried(() => readFileSync(`/proc/1/root${canaryPath}`, 'utf8')),
  passwords: tried(() => readFileSync('/etc/passwd', 'utf8')),
  environment: JSON.stringify(process.env),
  otherEnvironments: tried(everyEnvironment),
  inherited: tried(() => readFd(Number(fd))),
  write: writable.map((path) => tried(() => writeFileSync(path, 'x'))),
  spawn: tried(() => spawned(process.execPath, '--version')),
  shell: tried(() => spawned('/bin/sh', '-c', 'true')),
  connect: await reached(),
  resolve: await lookup('example.com').then(
    () => 'done',
    (error) => error.code,
  ),
}
process.stdout.write(JSON.stringify(told))
