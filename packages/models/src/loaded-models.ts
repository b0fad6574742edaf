import { loadProvider, type Provider } from './load-provider.ts'
import type { ModelsConfig } from './models-config.ts'
import { createProviderGuard, type ProviderGuard } from './provider-guard.ts'

/** A provider whose library has been loaded. */
export interface LoadedModels {
  config: ModelsConfig
  provider: Provider
  guard: ProviderGuard
}

/** Loads what talks to the provider. */
export async function loadModels(config: ModelsConfig): Promise<LoadedModels> {
  const [provider, guard] = await Promise.all([loadProvider(config), createProviderGuard(config)])
  return { config, provider, guard }
}
