import type { LanguageModelV4GenerateResult } from '@ai-sdk/provider'
import type { JsonValue } from '@guildhall/contracts'
import { callOptions } from './call-options.ts'
import { startDeadline } from './deadline.ts'
import { explainFailure, invalidAnswer, modelFailure } from './explain-failure.ts'
import type { LoadedModels } from './loaded-models.ts'
import type { ObjectAnswer, ObjectRequest } from './models-port.ts'
import { usageOf } from './tokens.ts'

const MAX_PROBLEMS = 5
const MAX_PROBLEM_CHARS = 200

/** The words for models whose server is not given the schema. */
function systemWithSchema({ system, schema }: ObjectRequest): string {
  const task = `Answer with one JSON value and nothing else. It must match this JSON Schema:\n${JSON.stringify(schema)}`
  return system === null ? task : `${system}\n\n${task}`
}

function textOf({ content }: LanguageModelV4GenerateResult): string {
  return content.map((part) => (part.type === 'text' ? part.text : '')).join('')
}

/** The JSON in a text; models like to put a fence around it. Undefined where there is none. */
function parseObject(text: string): JsonValue | undefined {
  const [, fenced] = /^\s*```(?:json)?\s*\n([\s\S]*)\n\s*```\s*$/.exec(text) ?? []
  try {
    const value: JsonValue = JSON.parse(fenced ?? text)
    return value
  } catch {
    return undefined
  }
}

async function ask(models: LoadedModels, request: ObjectRequest, signal: AbortSignal) {
  const { provider, config } = models
  const asked = provider.takesSchemas ? request : { ...request, system: systemWithSchema(request) }
  const schema = provider.takesSchemas ? { schema: request.schema } : {}
  return models.guard(async () => {
    try {
      return await provider.language(config.models.object ?? config.models.text).doGenerate({
        ...callOptions(asked, provider, signal),
        responseFormat: { type: 'json', name: 'answer', ...schema },
      })
    } catch (thrown) {
      throw explainFailure(thrown, signal)
    }
  }, signal)
}

/** Has the model for objects fill in a schema. See ModelsPort.generateObject. */
export async function fillObject(
  models: LoadedModels,
  request: ObjectRequest,
  caller: AbortSignal,
): Promise<ObjectAnswer> {
  const deadline = startDeadline(caller, { timeoutMs: models.config.timeoutMs, stallMs: null })
  try {
    const answer = await ask(models, request, deadline.signal)
    const text = textOf(answer)
    const usage = usageOf(answer.usage, request, text)
    const { unified } = answer.finishReason
    if (unified === 'content-filter') throw modelFailure('content_filter', { usage })
    if (unified === 'length')
      throw invalidAnswer('The answer of the model was cut off: it needs more tokens', { usage })
    const object = parseObject(text)
    if (object === undefined) throw invalidAnswer('The model did not answer with JSON', { usage })
    const problems = request.check(object).slice(0, MAX_PROBLEMS)
    if (problems.length === 0) return { object, model: answer.response?.modelId ?? models.config.models.text, usage }
    const told = problems.map((problem) => problem.slice(0, MAX_PROBLEM_CHARS)).join('; ')
    throw invalidAnswer(`The answer of the model does not match the schema: ${told}`, { usage })
  } finally {
    deadline.clear()
  }
}
