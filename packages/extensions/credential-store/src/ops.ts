import { type ImplementedOp, implement } from "@dispatch/op-registry/contract";
import { listModels } from "@dispatch/transport-contract";
import type { ModelCatalog } from "./contract.ts";

export const catalogOp = (catalog: ModelCatalog): ImplementedOp =>
  implement(listModels, async (_input, { signal }) => {
    const { models, modelInfo } = await catalog.list(signal);
    return Object.keys(modelInfo).length === 0 ? { models } : { models, modelInfo };
  });
