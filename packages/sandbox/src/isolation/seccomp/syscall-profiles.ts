/** The guest programs, by what they need of the kernel. */
export type SyscallProfile = 'deno' | 'cpython' | 'shell'
