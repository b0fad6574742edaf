import { pino, type Logger } from 'pino'

export type Log = Logger
export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'silent'

const CUT = '[redacted]'

function paramsIn(error: unknown): string[] {
  if (!(error instanceof Error)) return []
  const own = 'params' in error && Array.isArray(error.params) ? [String(error.params)] : []
  return [...own, ...paramsIn(error.cause)]
}

/** An error without what a failed query was given: tokens and digests of passwords among it. */
function safeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  const { type, message, stack, code } = pino.stdSerializers.err(error)
  const cut = (text: string): string =>
    paramsIn(error).reduce((rest, params) => rest.replaceAll(`params: ${params}`, `params: ${CUT}`), text)
  return { type, message: cut(message), stack: cut(stack), ...(code === undefined ? {} : { code }) }
}

/** JSON lines on standard error; what could carry a secret is cut out. */
export function createLog(level: LogLevel): Log {
  return pino(
    {
      level,
      base: null,
      serializers: { err: safeError },
      redact: {
        paths: ['req.headers.authorization', 'req.headers.cookie', '*.password', '*.secret', '*.token'],
        censor: CUT,
      },
    },
    pino.destination({ dest: 2, sync: level === 'debug' }),
  )
}
