import type { SyscallName } from './syscall-numbers.ts'

/** Refuses a system call because of one argument, of which the kernel looks at 32 bits. */
export interface ArgumentRule {
  syscall: SyscallName
  argument: number
  /** `with-bits`: any of these bits set; `without-bits`: none of them set. */
  when: 'equal' | 'different' | 'with-bits' | 'without-bits'
  value: number
  /** Only if that argument has any of these bits. */
  andBits?: { argument: number; bits: number }
}

/** What the kernel refuses a guest. Everything else is allowed. */
export interface SyscallRules {
  /** Answer: not permitted. */
  refused: readonly SyscallName[]
  /** Answer: no such call, so that libraries take their older way. */
  missing: readonly SyscallName[]
  byArgument: readonly ArgumentRule[]
}

/** The guest programs, by what they need of the kernel. */
export type SyscallProfile = 'deno' | 'cpython' | 'shell'

/** Refused to everybody, by what it would reach. */
const refusedByReach: Record<string, readonly SyscallName[]> = {
  'the memory and files of other processes': [
    'ptrace',
    'process_vm_readv',
    'process_vm_writev',
    'process_madvise',
    'process_mrelease',
    'pidfd_getfd',
    'kcmp',
    'perf_event_open',
  ],
  'another view of the file system': [
    'mount',
    'umount2',
    'pivot_root',
    'chroot',
    'fsopen',
    'fsconfig',
    'fsmount',
    'fspick',
    'move_mount',
    'open_tree',
    'open_tree_attr',
    'mount_setattr',
    'statmount',
    'listmount',
    'quotactl',
    'quotactl_fd',
    'name_to_handle_at',
    'open_by_handle_at',
    'fanotify_init',
    'fanotify_mark',
  ],
  'other namespaces': ['unshare', 'setns', 'sethostname', 'setdomainname'],
  'the network': ['socket'],
  'the machine': [
    'reboot',
    'kexec_load',
    'kexec_file_load',
    'init_module',
    'finit_module',
    'delete_module',
    'create_module',
    'swapon',
    'swapoff',
    'acct',
    'syslog',
    'iopl',
    'ioperm',
    'vhangup',
    'settimeofday',
    'clock_settime',
    'clock_adjtime',
    'adjtimex',
    'lsm_set_self_attr',
  ],
  'parts of the kernel that had many holes': [
    'bpf',
    'userfaultfd',
    'keyctl',
    'add_key',
    'request_key',
    'personality',
    'modify_ldt',
    'map_shadow_stack',
    'io_setup',
    'io_submit',
    'uselib',
    'ustat',
    'sysfs',
    '_sysctl',
    'nfsservctl',
    'lookup_dcookie',
  ],
  'where others run and keep their memory': [
    'sched_setscheduler',
    'sched_setattr',
    'migrate_pages',
    'move_pages',
    'mbind',
    'set_mempolicy',
    'set_mempolicy_home_node',
  ],
  'memory that no process has mapped, which a watchdog does not see': [
    'memfd_create',
    'memfd_secret',
    'shmget',
    'semget',
    'msgget',
    'mq_open',
  ],
}

const NEW_NAMESPACES = 0x7e020000
const CLONE_THREAD = 0x10000
const AF_UNIX = 1
const TIOCSTI = 0x5412
const TIOCLINUX = 0x541c

const SET_ID_BITS = 0o6000
const CREATING = 0o20000100

/** Files that would run with the rights of whoever owns them: the guest's files are the host's where a folder of the host is mounted. */
const noSetIdFiles: readonly ArgumentRule[] = [
  ...(['chmod', 'fchmod', 'mknod', 'creat'] as const).map((syscall) => ({ syscall, argument: 1 })),
  ...(['fchmodat', 'fchmodat2', 'mknodat'] as const).map((syscall) => ({ syscall, argument: 2 })),
  // The mode counts only where a file may be made; else it holds whatever was left there.
  { syscall: 'open' as const, argument: 2, andBits: { argument: 1, bits: CREATING } },
  { syscall: 'openat' as const, argument: 3, andBits: { argument: 2, bits: CREATING } },
].map((rule) => ({ ...rule, when: 'with-bits', value: SET_ID_BITS }))

const everybody: SyscallRules = {
  refused: Object.values(refusedByReach).flat(),
  // The arguments of clone3 and openat2 lie in memory, where a filter cannot look.
  missing: ['clone3', 'openat2', 'io_uring_setup', 'io_uring_enter', 'io_uring_register'],
  byArgument: [
    ...noSetIdFiles,
    { syscall: 'clone', argument: 0, when: 'with-bits', value: NEW_NAMESPACES },
    // A pair of connected ends reaches nobody else; event loops have one.
    { syscall: 'socketpair', argument: 0, when: 'different', value: AF_UNIX },
    // Typing on the terminal of whoever started the server.
    { syscall: 'ioctl', argument: 1, when: 'equal', value: TIOCSTI },
    { syscall: 'ioctl', argument: 1, when: 'equal', value: TIOCLINUX },
  ],
}

/** Which program gets which rules. */
export const syscallProfiles: Record<SyscallProfile, SyscallRules> = {
  /** One process with threads: whatever breaks out of V8 can start no second one. */
  deno: {
    ...everybody,
    refused: [...everybody.refused, 'fork', 'vfork', 'execveat'],
    byArgument: [...everybody.byArgument, { syscall: 'clone', argument: 0, when: 'without-bits', value: CLONE_THREAD }],
  },
  cpython: { ...everybody, refused: [...everybody.refused, 'execveat'] },
  shell: everybody,
}
