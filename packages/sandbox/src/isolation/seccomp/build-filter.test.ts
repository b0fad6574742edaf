import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { buildFilter, type FilteredArch } from './build-filter.ts'
import { FIRST_UNKNOWN_SYSCALL, type SyscallName, syscallNumbers } from './syscall-numbers.ts'
import { type ArgumentRule, type SyscallProfile, syscallProfiles } from './syscall-profiles.ts'

interface Call {
  arch: number
  number: number
  args: number[]
}

const auditArch = { x64: 0xc000003e, arm64: 0xc00000b7 }
const I386 = 0x40000003
const archs: FilteredArch[] = ['x64', 'arm64']
const profiles: SyscallProfile[] = ['deno', 'cpython', 'shell']
const everywhere = archs.flatMap((arch) => profiles.map((profile) => [arch, profile] as const))

function wordAt(call: Call, offset: number): number {
  if (offset === 0) return call.number
  if (offset === 4) return call.arch
  return call.args[(offset - 16) / 8] ?? Number.NaN
}

const holds: Record<number, (word: number, value: number) => boolean> = {
  0x15: (word, value) => word === value,
  0x35: (word, value) => word >= value,
  0x45: (word, value) => (word & value) !== 0,
}

/** The kernel's packet filter, as bpf(4) describes the four instructions that are used. */
function verdict(program: Buffer, call: Call): string {
  let word = 0
  for (let at = 0; at < program.byteLength; at += 8) {
    const [code, value] = [program.readUInt16LE(at), program.readUInt32LE(at + 4)]
    if (code === 0x20) word = wordAt(call, value)
    else if (code === 0x06) return names[value] ?? `unknown ${value}`
    else at += 8 * program.readUInt8(at + (holds[code]?.(word, value) ? 2 : 3))
  }
  return 'fell off the end'
}

const names: Record<number, string> = { 0x7fff0000: 'allow', 0x80000000: 'kill', 0x50001: 'refuse', 0x50026: 'missing' }

function isCaught({ argument, when, value, andBits }: ArgumentRule, args: number[]): boolean {
  if (andBits && ((args[andBits.argument] ?? 0) & andBits.bits) === 0) return false
  const given = args[argument] ?? 0
  if (when === 'equal') return given === value
  if (when === 'different') return given !== value
  return ((given & value) !== 0) === (when === 'with-bits')
}

/** What the rules say in words, without a program. */
function expected(profile: SyscallProfile, arch: FilteredArch, { number, args }: Call): string {
  const { refused, missing, byArgument } = syscallProfiles[profile]
  const isThis = (name: SyscallName) => syscallNumbers[name][arch] === number
  if (number >= 0x40000000 && arch === 'x64') return 'kill'
  if (number >= FIRST_UNKNOWN_SYSCALL) return 'missing'
  if (refused.some(isThis)) return 'refuse'
  if (missing.some(isThis)) return 'missing'
  return byArgument.some((rule) => isThis(rule.syscall) && isCaught(rule, args)) ? 'refuse' : 'allow'
}

describe('a filter of system calls', () => {
  it.each(everywhere)('decides on %s for %s as the rules say, whatever is called how', (arch, profile) => {
    const program = buildFilter(syscallProfiles[profile], arch)
    const known = Object.values(syscallNumbers).flatMap((numbers) => numbers[arch] ?? [])
    const interesting = fc.constantFrom(0, 1, 0o6755, 0o4755, 0o100, 0x5412, 0x541c, 0x10000, 0x10000000, 0xffffffff)
    const word = fc.oneof(fc.nat({ max: 0xffffffff }), interesting)
    const number = fc.oneof(fc.constantFrom(...known), fc.nat({ max: 600 }), fc.nat({ max: 0xffffffff }))
    const args = fc.array(word, { minLength: 6, maxLength: 6 })
    fc.assert(
      fc.property(number, args, (called, given) => {
        const call = { arch: auditArch[arch], number: called, args: given }
        expect(verdict(program, call)).toBe(expected(profile, arch, call))
      }),
      { numRuns: 2_000 },
    )
  })

  it.each(everywhere)('kills on %s for %s whoever calls by numbers of another processor', (arch, profile) => {
    const program = buildFilter(syscallProfiles[profile], arch)
    for (const other of [I386, auditArch[arch === 'x64' ? 'arm64' : 'x64'], 0])
      expect(verdict(program, { arch: other, number: 1, args: [] })).toBe('kill')
  })

  it.each(everywhere)('is on %s for %s short enough for the kernel', (arch, profile) => {
    expect(buildFilter(syscallProfiles[profile], arch).byteLength / 8).toBeLessThan(4096)
  })

  it('lets Deno start threads but no process, and the others processes but no namespace', () => {
    const threads = 0x3d0f00
    const [namespace, process] = [0x10000011, 0x1200011]
    const clone = (profile: SyscallProfile, flags: number) =>
      verdict(buildFilter(syscallProfiles[profile], 'x64'), { arch: auditArch.x64, number: 56, args: [flags] })
    expect(profiles.map((profile) => clone(profile, threads))).toEqual(['allow', 'allow', 'allow'])
    expect(profiles.map((profile) => clone(profile, process))).toEqual(['refuse', 'allow', 'allow'])
    expect(profiles.map((profile) => clone(profile, namespace))).toEqual(['refuse', 'refuse', 'refuse'])
  })
})
