// For other measurements of a running server: nothing of the product imports it.
export { bunScript, childEnv, keep, repositoryRoot } from "./children.ts";
export { pacedModel, readsModel, shortModel } from "./fake-model/script.ts";
export { cpuSeconds, residentBytes } from "./process-facts.ts";
export type { Server } from "./server.ts";
export { clearStage, onStage, type Stage } from "./stage.ts";
export { nowMicros, StampReader } from "./stamp.ts";
export { clientFrame, FrameReader, pong } from "./watchers/frame-reader.ts";
