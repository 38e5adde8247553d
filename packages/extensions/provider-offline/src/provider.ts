import type { Clock, Provider } from "@dispatch/kernel";
import { offlineModel } from "./model.ts";

export const offlineProvider = (clock: Clock): Provider => ({
  id: "offline",
  listModels: async () => [{ id: "assistant", contextWindow: 100_000 }],
  model: (id) => offlineModel(id, clock),
});
