import type { ReasoningEffort } from "@dispatch/wire";

/** How much a model thinks, as people choose it. */
export const efforts: readonly (readonly [ReasoningEffort, string])[] = [
  ["low", "Low"],
  ["medium", "Medium"],
  ["high", "High"],
  ["xhigh", "Very high"],
  ["max", "Highest"],
];
