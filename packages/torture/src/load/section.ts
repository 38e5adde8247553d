import type { Section } from "../section.ts";
import { fullSoak, type SoakOptions, soak } from "./soak.ts";

const quickSoak: Omit<SoakOptions, "minutes" | "signal" | "say"> = {
  turns: 60,
  sockets: 120,
  waiting: 10,
  turnMs: 5_000,
  connections: 1_200,
};
const quickMinutes = 0.35;
const fullMinutes = 10;

/** Many at once. The long run is `bin/soak`. */
export const load: Section = {
  name: "load",
  run: ({ quick, signal, say }) =>
    soak(quick ? { ...quickSoak, minutes: quickMinutes, signal, say } : { ...fullSoak, minutes: fullMinutes, signal, say }),
};
