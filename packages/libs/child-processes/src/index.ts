export { allGone, endProcesses, killGraceMs, termGraceMs } from "./end-processes.ts";
export { childEnvironment, type Environment } from "./environment.ts";
export { anyAlive, endIfLarger, type FamilySize, memoryOf, pidsOf, signalAll, sizesOf, taskCount } from "./session-processes.ts";
export { within } from "./within.ts";
