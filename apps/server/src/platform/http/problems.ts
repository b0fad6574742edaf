import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { AppError, errorTable, type Problem } from '@guildhall/contracts'
import { isUnstorableText } from '../db/sql-state.ts'

const PROBLEM = 'application/problem+json'

/** An error as a client of somebody else reads it. */
export type ErrorBody = (error: AppError) => { contentType: string; text: string }

/** RFC 9457 body of an error. */
export function problemOf(error: AppError, requestId: string): Problem {
  const { status, title, remedy } = errorTable[error.code]
  return {
    ...error.facts,
    type: `/docs/errors#${error.code}`,
    title,
    status,
    code: error.code,
    remedy,
    instance: requestId,
  }
}

function invalid(path: string, message: string): AppError {
  return new AppError('request.invalid', { where: path, issues: [{ path, message }] })
}

function asAppError(error: FastifyError | Error, request: FastifyRequest): AppError | null {
  if (error instanceof AppError) return error
  if (isUnstorableText(error)) return invalid('request', 'a text holds NUL or half a surrogate pair')
  // Who hangs up while sending reads no answer, and nothing is wrong with the server.
  if (request.raw.destroyed && !request.raw.complete) return invalid('request', 'ended before it had arrived')
  const code = 'code' in error ? error.code : undefined
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE')
    return new AppError('request.too-large', { limitBytes: request.routeOptions.bodyLimit })
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE')
    return invalid('headers.content-type', 'this media type is not taken here')
  const status = 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : 500
  return status >= 400 && status < 500 ? invalid('request', error.message) : null
}

function sayStatus(reply: FastifyReply, error: AppError): FastifyReply {
  const retryAfter = error.facts.retryAfterSeconds
  if (typeof retryAfter === 'number') reply.header('retry-after', String(retryAfter))
  return reply.code(error.status)
}

function sendForeign(reply: FastifyReply, error: AppError, errorBody: ErrorBody): FastifyReply {
  const { contentType, text } = errorBody(error)
  return sayStatus(reply, error).type(contentType).send(text)
}

export function sendProblem(reply: FastifyReply, error: AppError, requestId: string): FastifyReply {
  return sayStatus(reply, error)
    .type(PROBLEM)
    .send(JSON.stringify(problemOf(error, requestId)))
}

/** The one place where errors become `application/problem+json`. Unknown errors are logged whole and told as `internal`. */
export function answerProblem(error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const known = asAppError(error, request)
  if (!known) request.log.error({ err: error }, 'unexpected error')
  const told = known ?? new AppError('internal')
  const { errorBody } = request.routeOptions.config
  return errorBody ? sendForeign(reply, told, errorBody) : sendProblem(reply, told, request.id)
}

/** Answers every error of a route with `answerProblem`. */
export function answerProblems(app: FastifyInstance): void {
  app.setErrorHandler(answerProblem)
}
