export type { Answer, Body } from "./answer.ts";
export { type EgressGuard, type EgressRequest, egressGuard, type GuardOptions, redirectsMax } from "./egress-guard.ts";
export type { Resolve } from "./resolve.ts";
export { whyNotAnEntry } from "./target-list.ts";
