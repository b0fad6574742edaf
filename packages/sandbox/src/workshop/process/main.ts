import { ToolFailure } from '../../broker/tool-failure.ts'
import { type Job, type JobName, type JobPayload, JobRequest, type JobReply } from '../job.ts'
import { encodeMessage, type Message, readMessages } from '../message.ts'

/* The program of a workshop process: does one job after another until its input ends. */

const MAX_REQUEST_BYTES = 80 * 1024 * 1024
const MAX_TEXT = 500

/** Each job brings large libraries; a process loads those that it needs. */
const loaders: Record<JobName, () => Promise<{ job: Job }>> = {
  'image-info': () => import('../jobs/image-info.ts'),
  'image-resize': () => import('../jobs/image-resize.ts'),
  'json-validate': () => import('../jobs/json-validate.ts'),
  'markdown-to-html': () => import('../jobs/markdown-to-html.ts'),
  'pdf-extract': () => import('../jobs/pdf-extract.ts'),
  'pdf-info': () => import('../jobs/pdf-info.ts'),
  'pdf-merge': () => import('../jobs/pdf-merge.ts'),
  'zip-create': () => import('../jobs/zip-create.ts'),
  'zip-extract': () => import('../jobs/zip-extract.ts'),
  'zip-list': () => import('../jobs/zip-list.ts'),
}

function failureReply(error: unknown): JobReply {
  if (!(error instanceof ToolFailure))
    return { ok: false, errorType: 'tool_error', message: 'The file cannot be worked on', recoveryOptions: [] }
  const { errorType, message, recoveryOptions } = error
  return { ok: false, errorType, message: message.slice(0, MAX_TEXT), recoveryOptions }
}

async function answer({ text, blobs }: Message): Promise<Message> {
  try {
    const { job: name, value } = JobRequest.parse(JSON.parse(text))
    const { job } = await loaders[name]()
    const result: JobPayload = await job({ value, blobs })
    const reply: JobReply = { ok: true, value: result.value }
    return { text: JSON.stringify(reply), blobs: result.blobs }
  } catch (error) {
    return { text: JSON.stringify(failureReply(error)), blobs: [] }
  }
}

function write(part: Buffer): Promise<void> {
  return new Promise((resolve, reject) => process.stdout.write(part, (error) => (error ? reject(error) : resolve())))
}

// Libraries that write to the console must not write among the answers.
for (const level of ['log', 'info', 'warn', 'error', 'debug'] as const) console[level] = () => {}

for await (const message of readMessages(process.stdin, MAX_REQUEST_BYTES)) {
  const reply = await answer(message)
  for (const part of encodeMessage(reply)) await write(part)
}
