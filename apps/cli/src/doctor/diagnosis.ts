/** What one look at the machine says. */
export interface Diagnosis {
  name: string
  state: 'ok' | 'warn' | 'fail'
  message: string
  /** What to do; null where all is well. */
  remedy: string | null
}

export const ok = (name: string, message: string): Diagnosis => ({ name, state: 'ok', message, remedy: null })
export const warn = (name: string, message: string, remedy: string): Diagnosis => ({
  name,
  state: 'warn',
  message,
  remedy,
})
export const fail = (name: string, message: string, remedy: string): Diagnosis => ({
  name,
  state: 'fail',
  message,
  remedy,
})
