interface PostgresError {
  code: string
  constraint?: string
}

function postgresErrorIn(error: unknown): PostgresError | null {
  for (let e = error; e instanceof Error; e = e.cause) {
    if ('code' in e && typeof e.code === 'string' && /^[0-9A-Z]{5}$/.test(e.code)) {
      return {
        code: e.code,
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
