import { embedTexts } from './embed-texts.ts'
import { fillObject } from './fill-object.ts'
import { loadModels } from './loaded-models.ts'
import type { ModelsConfig } from './models-config.ts'
import type { EmbedAnswer, ObjectAnswer, ObjectRequest, TextAnswer, TextRequest } from './models-port.ts'
import { writeText } from './write-text.ts'

/** What can be asked of a provider whose library has been loaded. */
export interface ModelCalls {
  writeText(request: TextRequest, how: { caller: AbortSignal; push: (piece: string) => void }): Promise<TextAnswer>
  fillObject(request: ObjectRequest, caller: AbortSignal): Promise<ObjectAnswer>
  embedTexts(texts: readonly string[], caller: AbortSignal): Promise<EmbedAnswer>
}

/** Loads the library of the provider. */
export async function loadCalls(config: ModelsConfig): Promise<ModelCalls> {
  const models = await loadModels(config)
  return {
    writeText: (request, how) => writeText(models, request, how),
    fillObject: (request, caller) => fillObject(models, request, caller),
    embedTexts: (texts, caller) => embedTexts(models, texts, caller),
  }
}
