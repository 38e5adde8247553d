import type { LanguageModelV4 } from "@ai-sdk/provider";

/** One SDK model an id: each compiles its own schemas at its first answer, which costs more than the answer. */
export function sdkModels(connectOnce: () => Promise<(modelId: string) => LanguageModelV4>): (modelId: string) => Promise<LanguageModelV4> {
  let sdk: Promise<(modelId: string) => LanguageModelV4> | undefined;
  const models = new Map<string, LanguageModelV4>();
  return async (modelId) => {
    sdk ??= connectOnce();
    const open = await sdk;
    const model = models.get(modelId) ?? open(modelId);
    models.delete(modelId);
    models.set(modelId, model);
    for (const oldest of models.keys()) if (models.size > sdkModelsMax) models.delete(oldest);
    return model;
  };
}

const sdkModelsMax = 64;
