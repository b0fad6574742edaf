import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { contentDigest, inspectPackage, packSkill, unpackArchive } from '@guildhall/skill-format'
import type { Caller } from '../apps/server/src/platform/auth/caller.ts'
import { quantile, type Row } from './measure.ts'
import { openBenchServer } from './server.ts'

const SKILLS = 60

function skillFiles(n: number): Map<string, Uint8Array> {
  const name = `bench-skill-${n}`
  const text = `---\nname: ${name}\ndescription: "Skill number ${n} of the benchmark. Use it to measure."\n---\n\n# ${name}\n\n${'Plain text of a usual length. '.repeat(100)}\n`
  return new Map([
    ['SKILL.md', Buffer.from(text)],
    ['references/notes.md', Buffer.from('Notes. '.repeat(500))],
    ['scripts/run.sh', Buffer.from('#!/bin/sh\necho hello\n')],
  ])
}

/** Time from the upload to `released`, one after the other, against only unpacking, inspecting, digesting and packing the same packages. */
export async function benchPublishing(): Promise<Row[]> {
  const bench = await openBenchServer()
  const { server } = bench
  const archives = await Promise.all(
    Array.from({ length: SKILLS }, (_, n) =>
      packSkill({ files: skillFiles(n), kind: 'instructions', name: `bench-skill-${n}` }),
    ),
  )
  const bareMs: number[] = []
  for (const [n, archive] of archives.entries()) {
    const begun = performance.now()
    const files = await unpackArchive(archive)
    inspectPackage(files, {})
    contentDigest({ fullName: `@admin/bench-skill-${n}`, version: '1.0.0', files })
    await packSkill({ files, kind: 'instructions', name: `bench-skill-${n}` })
    bareMs.push(performance.now() - begun)
  }
  await server.identity.ensureAdmin({ email: 'bench@guildhall.localhost', password: 'a long password for benchmarks' })
  const admin = (await server.identity.listUsers({ limit: 1 })).items[0]
  if (!admin) throw new Error('the administrator was not created')
  const author: Caller = {
    userId: admin.id,
    handle: admin.handle,
    role: 'admin',
    scopes: 'all',
    via: 'token',
    sessionId: null,
  }
  server.work()
  const oursMs: number[] = []
  for (const [n, archive] of archives.entries()) {
    const begun = performance.now()
    const upload = {
      publisher: admin.handle,
      filename: `bench-skill-${n}.zip`,
      bytes: Readable.from([archive]),
      idempotencyKey: null,
    }
    let submission = await server.publishing.submit(author, upload)
    while (submission.status !== 'released') {
      if (submission.status === 'rejected') throw new Error(`rejected: ${JSON.stringify(submission.findings)}`)
      await sleep(1)
      submission = await server.publishing.get(author, submission.id)
    }
    oursMs.push(performance.now() - begun)
  }
  await bench.close()
  const bare = quantile(bareMs, 0.5)
  const row = (name: string, share: number): Row => {
    const value = quantile(oursMs, share)
    return {
      name,
      value,
      unit: 'ms',
      baseline: `unpack + inspect + pack alone (${bare.toFixed(1)} ms)`,
      ratio: value / bare,
    }
  }
  return [row('upload to released, p50', 0.5), row('upload to released, p95', 0.95)]
}
