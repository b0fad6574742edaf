import rateLimit from '@fastify/rate-limit'
import helmet from '@fastify/helmet'
import { fastify, type FastifyBaseLogger, type FastifyInstance, type FastifyRequest, LogController } from 'fastify'
import { API_PREFIX, AppError } from '@guildhall/contracts'
import { Registry } from 'prom-client'
import type { Log } from '../log/log.ts'
import type { Authenticate } from '../auth/caller.ts'
import { visitorOf } from '../auth/network.ts'
import { refuseCrossSite } from './cross-site.ts'
import { hasTooManyParts, MOST_JSON_PARTS } from './json-parts.ts'
import { measureRequests } from './metrics.ts'
import { admit } from './mount.ts'
import { openApiDocument } from './openapi.ts'
import { callerByPathKey, hideOtherPathKeys, loggedPath, nothingHere, pathKeyOf } from './path-key.ts'
import { answerProblem, answerProblems, sendProblem } from './problems.ts'

export interface AppOptions {
  log: Log
  version: string
  publicUrl: string | null
  /** Default for endpoints without a limit of their own; 0: no limits. */
  rateLimitPerMinute: number
  uploadLimitBytes: number
  authenticate: Authenticate
  /** What else /metrics tells. */
  metrics?: Registry
  /** Ready to serve: the database answers, the server does not drain. */
  isReady(): Promise<boolean>
}

const JSON_LIMIT_BYTES = 24 * 1024 * 1024
/** How long a request may take to arrive, its body included. Node's own limit, which Fastify would switch off. */
const ARRIVAL_MS = 300_000

const UPLOAD_TYPES = [
  'application/octet-stream',
  'application/zip',
  'application/gzip',
  'application/x-gzip',
  'application/x-tar',
  'application/x-git-upload-pack-request',
]

function headerText(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value
}

/** By the route that was found, never by the text of the address: `/%61pi/v1` leads to the same routes. */
function isOfApi(request: FastifyRequest): boolean {
  const { config, url } = request.routeOptions
  return config.endpoint !== undefined || (url?.startsWith(API_PREFIX) ?? false)
}

function guard(app: FastifyInstance, options: AppOptions): void {
  const own = options.publicUrl ? [new URL(options.publicUrl).origin] : []
  app.decorateRequest('caller', null)
  app.decorateRequest('refusal', null)
  app.addHook('onRequest', async (request) => {
    if (!isOfApi(request)) return
    const pathKey = pathKeyOf(request)
    if (pathKey !== null) {
      request.caller = await callerByPathKey(options.authenticate, pathKey)
      if (!request.caller) request.refusal = nothingHere(request)
      return
    }
    const cookie = headerText(request.headers.cookie) ?? null
    const authorization = headerText(request.headers.authorization) ?? null
    if (authorization === null) {
      refuseCrossSite(
        {
          method: request.method,
          host: request.host,
          origin: headerText(request.headers.origin),
          fetchSite: headerText(request.headers['sec-fetch-site']),
          carriesCookie: cookie !== null,
          isHttps: request.protocol === 'https',
        },
        { own },
      )
    }
    try {
      request.caller = await options.authenticate({ cookie: authorization === null ? cookie : null, authorization })
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      request.refusal = error
    }
  })
}

/** Limits count before anybody is refused, so that guessing is limited too. */
async function limitRates(app: FastifyInstance, options: AppOptions): Promise<void> {
  if (options.rateLimitPerMinute > 0) {
    await app.register(rateLimit, {
      global: true,
      timeWindow: 60_000,
      skipOnError: true,
      max: (request: FastifyRequest) => request.routeOptions.config.endpoint?.perMinute ?? options.rateLimitPerMinute,
      keyGenerator: (request) => `${visitorOf(request)} ${request.routeOptions.config.endpoint?.path ?? ''}`,
      allowList: (request) => !isOfApi(request),
      errorResponseBuilder: (_request, context) =>
        new AppError('request.rate-limited', {
          limitPerMinute: context.max,
          retryAfterSeconds: Math.ceil(context.ttl / 1000),
        }),
    })
  }
  app.addHook('preParsing', async (request) => {
    if (request.refusal) throw request.refusal
    const { endpoint } = request.routeOptions.config
    if (endpoint) admit(endpoint, request.caller)
  })
}

function takeBodies(app: FastifyInstance, uploadLimitBytes: number): void {
  const parseJson = app.getDefaultJsonParser('error', 'error')
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (!hasTooManyParts(String(body))) return parseJson(request, String(body), done)
    const message = `must not have more than ${MOST_JSON_PARTS} values; hand large data over as files`
    done(new AppError('request.invalid', { where: 'body', issues: [{ path: 'body', message }] }))
  })
  for (const type of UPLOAD_TYPES) {
    app.addContentTypeParser(type, { bodyLimit: uploadLimitBytes }, (_request, payload, done) => done(null, payload))
  }
}

/** The HTTP server without routes of modules: guards, limits, errors, health, metrics, OpenAPI. It listens nowhere by itself. */
export async function createApp(options: AppOptions): Promise<FastifyInstance> {
  const loggerInstance: FastifyBaseLogger = options.log
  const app: FastifyInstance = fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => crypto.randomUUID(),
    requestIdHeader: false,
    trustProxy: 'loopback',
    bodyLimit: JSON_LIMIT_BYTES,
    requestTimeout: ARRIVAL_MS,
    frameworkErrors: answerProblem,
    routerOptions: { maxParamLength: 300 },
    forceCloseConnections: true,
  })
  app.decorate('publicOrigin', options.publicUrl ? new URL(options.publicUrl).origin : null)
  answerProblems(app)
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id)
  })
  app.addHook('onResponse', async (request, reply) => {
    const facts = {
      method: request.method,
      url: loggedPath(request.url),
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
      user: request.caller?.userId,
    }
    request.log.info(facts, 'request')
  })
  await app.register(helmet, {
    contentSecurityPolicy: false,
    crossOriginEmbedderPolicy: false,
    hsts: options.publicUrl?.startsWith('https:') ?? false,
  })
  measureRequests(app, options.metrics ?? new Registry())
  guard(app, options)
  await limitRates(app, options)
  takeBodies(app, options.uploadLimitBytes)
  app.get('/healthz', async () => ({ status: 'ok' }))
  app.get('/readyz', async (_request, reply) => {
    const isReady = await options.isReady()
    return reply.code(isReady ? 200 : 503).send({ status: isReady ? 'ready' : 'not ready' })
  })
  const document = JSON.stringify(openApiDocument(options.version))
  app.get(`${API_PREFIX}/openapi.json`, async (_request, reply) =>
    reply.type('application/json; charset=utf-8').send(document),
  )
  app.all(`${API_PREFIX}/*`, unknownRoute)
  hideOtherPathKeys(app)
  app.setNotFoundHandler(unknownRoute)
  return app
}

async function unknownRoute(request: FastifyRequest, reply: Parameters<typeof sendProblem>[0]) {
  return sendProblem(reply, nothingHere(request), request.id)
}
