interface PostgresError {
  code: string
  message: string
  constraint?: string
}

function postgresErrorIn(error: unknown): PostgresError | null {
  for (let e = error; e instanceof Error; e = e.cause) {
    if ('code' in e && typeof e.code === 'string' && /^[0-9A-Z]{5}$/.test(e.code)) {
      return {
        code: e.code,
        message: e.message,
        ...('constraint' in e && typeof e.constraint === 'string' ? { constraint: e.constraint } : {}),
      }
    }
  }
  return null
}

/** The name of the unique constraint that `error` says was broken; null where it is another error. */
export function brokenUniqueConstraint(error: unknown): string | null {
  const found = postgresErrorIn(error)
  return found?.code === '23505' ? (found.constraint ?? 'unknown') : null
}

/** Whether `error` says that a text holds what no column can: NUL, or half a surrogate pair inside JSON. */
export function isUnstorableText(error: unknown): boolean {
  const found = postgresErrorIn(error)
  if (found === null) return false
  const isBrokenJson = found.code === '22P02' && found.message.includes('type json')
  return isBrokenJson || found.code === '22021' || found.code === '22P05'
}
