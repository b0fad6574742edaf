import type * as z from 'zod'
import { ModelsConfig } from './models-config.ts'
import type { ModelsPort } from './models-port.ts'
import type { ModelCalls } from './model-calls.ts'
import { createPartQueue } from './part-queue.ts'

/** The configuration of models is wrong; the message says where, and holds no key. */
export class ModelsConfigError extends Error {
  override readonly name = 'ModelsConfigError'
}

/**
 * The models of one provider. Throws ModelsConfigError. Loads the provider's library at the first request, so that a process which asks
 * no model pays nothing for it.
 */
export function createModels(config: z.input<typeof ModelsConfig>): ModelsPort {
  const checked = ModelsConfig.safeParse(config)
  if (!checked.success) {
    const problems = checked.error.issues.map(({ path, message }) => `${path.join('.') || 'models'}: ${message}`)
    throw new ModelsConfigError(problems.join('; '))
  }
  let loading: Promise<ModelCalls> | null = null
  const load = () => (loading ??= import('./model-calls.ts').then(({ loadCalls }) => loadCalls(checked.data)))
  return {
    generateText(request, signal) {
      const queue = createPartQueue()
      const whole = load().then((calls) => calls.writeText(request, { caller: signal, push: queue.push }))
      whole.then(queue.end, queue.fail)
      return { parts: queue.parts, whole }
    },
    generateObject: async (request, signal) => (await load()).fillObject(request, signal),
    embed: async (texts, signal) => (await load()).embedTexts(texts, signal),
  }
}
