export { allGone, endProcesses, killGraceMs, termGraceMs } from "./end-processes.ts";
export { childEnvironment, type Environment } from "./environment.ts";
export { anyAlive, memoryOf, signalAll } from "./session-processes.ts";
export { within } from "./within.ts";
