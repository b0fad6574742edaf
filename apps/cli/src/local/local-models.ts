import type { ModelsPort } from '@guildhall/models'
import { usageFailure } from '../failures.ts'
import type { Session } from '../session.ts'

/** The language models that runs on this machine may ask, by the same variables as on a server; null where none are set. */
export async function localModels({ host }: Session): Promise<ModelsPort | null> {
  if (!Object.keys(host.env).some((name) => name.startsWith('GUILDHALL_AI_'))) return null
  const { createModels, ModelsConfigError, modelsFromEnvironment } = await import('@guildhall/models')
  try {
    const config = modelsFromEnvironment(host.env)
    return config && createModels(config)
  } catch (error) {
    if (!(error instanceof ModelsConfigError)) throw error
    throw usageFailure(error.message, 'Correct the variable, or unset all GUILDHALL_AI_ variables.')
  }
}
