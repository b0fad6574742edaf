import { FIRST_UNKNOWN_SYSCALL, type SyscallName, syscallNumbers } from './syscall-numbers.ts'
import type { ArgumentRule, SyscallRules } from './syscall-profiles.ts'

/** Processors that we know the numbers of. */
export type FilteredArch = 'x64' | 'arm64'

/** Whether there is a filter for this processor. */
export function isFilteredArch(arch: string): arch is FilteredArch {
  return arch === 'x64' || arch === 'arm64'
}

/* From linux/audit.h, linux/seccomp.h, linux/bpf_common.h and errno(3). */
const auditArch = { x64: 0xc000003e, arm64: 0xc00000b7 } as const
const NUMBER_AT = 0
const ARCH_AT = 4
const argumentAt = (index: number): number => 16 + 8 * index
const X32_BIT = 0x40000000
const load = 0x20
const jumpIf = { equal: 0x15, atLeast: 0x35, bits: 0x45 } as const
const give = 0x06
const ALLOW = 0x7fff0000
const KILL_PROCESS = 0x80000000
const NOT_PERMITTED = 0x00050000 + 1
const NO_SUCH_CALL = 0x00050000 + 38

interface Instruction {
  code: number
  /** How many instructions to pass over, if the test holds and if not. */
  ifTrue: number
  ifFalse: number
  value: number
}

const plain = (code: number, value: number): Instruction => ({ code, ifTrue: 0, ifFalse: 0, value })
/** Does `then` where the test holds, else passes over it. */
const when = (code: number, value: number, then: Instruction[]): Instruction[] => [
  { code, ifTrue: 0, ifFalse: then.length, value },
  ...then,
]
const unless = (code: number, value: number, then: Instruction[]): Instruction[] => [
  { code, ifTrue: then.length, ifFalse: 0, value },
  ...then,
]

function onCall(name: SyscallName, arch: FilteredArch, then: Instruction[]): Instruction[] {
  const number = syscallNumbers[name][arch]
  return number === null ? [] : when(jumpIf.equal, number, then)
}

function byArgument(rule: ArgumentRule, arch: FilteredArch): Instruction[] {
  const { syscall, argument, when: test, value, andBits } = rule
  const code = test === 'equal' || test === 'different' ? jumpIf.equal : jumpIf.bits
  const isPositive = test === 'equal' || test === 'with-bits'
  const refusal = (isPositive ? when : unless)(code, value, [plain(give, NOT_PERMITTED)])
  const judged = [plain(load, argumentAt(argument)), ...refusal]
  const condition = andBits
    ? [plain(load, argumentAt(andBits.argument)), ...when(jumpIf.bits, andBits.bits, judged)]
    : judged
  return onCall(syscall, arch, [...condition, plain(load, NUMBER_AT)])
}

/**
 * A program of the kernel's packet filter (seccomp(2), SECCOMP_SET_MODE_FILTER) in the kernel's byte order, as bubblewrap's `--seccomp`
 * takes it. Calls by another processor's numbers (32-bit, x32) end the process.
 */
export function buildFilter({ refused, missing, byArgument: rules }: SyscallRules, arch: FilteredArch): Buffer {
  const program = [
    plain(load, ARCH_AT),
    ...unless(jumpIf.equal, auditArch[arch], [plain(give, KILL_PROCESS)]),
    plain(load, NUMBER_AT),
    ...(arch === 'x64' ? when(jumpIf.atLeast, X32_BIT, [plain(give, KILL_PROCESS)]) : []),
    ...when(jumpIf.atLeast, FIRST_UNKNOWN_SYSCALL, [plain(give, NO_SUCH_CALL)]),
    ...refused.flatMap((name) => onCall(name, arch, [plain(give, NOT_PERMITTED)])),
    ...missing.flatMap((name) => onCall(name, arch, [plain(give, NO_SUCH_CALL)])),
    ...rules.flatMap((rule) => byArgument(rule, arch)),
    plain(give, ALLOW),
  ]
  return Buffer.concat(program.map(encode))
}

/** Both processors are little-endian. */
function encode({ code, ifTrue, ifFalse, value }: Instruction): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeUInt16LE(code, 0)
  bytes.writeUInt8(ifTrue, 2)
  bytes.writeUInt8(ifFalse, 3)
  bytes.writeUInt32LE(value, 4)
  return bytes
}
