import type { Failure, Section } from "../section.ts";
import { type Attempt, judge } from "./attempt.ts";
import { openDesk } from "./desk.ts";
import { gitAttempts } from "./git-attempts.ts";
import { pathAttempts } from "./path-attempts.ts";
import { sandboxAttempts } from "./sandbox-attempts.ts";

export const groups: { readonly [name: string]: readonly Attempt[] } = { path: pathAttempts, sandbox: sandboxAttempts, git: gitAttempts };

/** Every attempt on one server, each with its expected refusal. There is nothing random in it. */
export const escapes: Section = {
  name: "escapes",
  async run({ signal, say }) {
    const beganMs = performance.now();
    const failures: Failure[] = [];
    const counts: { [group: string]: number } = {};
    await using desk = await openDesk();
    for (const [group, attempts] of Object.entries(groups))
      for (const attempt of attempts) {
        if (signal.aborted) break;
        const why = await judge(attempt, desk);
        counts[group] = (counts[group] ?? 0) + 1;
        if (why.length > 0) failures.push({ point: attempt.name, why: why.join("; ") });
        if (why.length > 0) say(`${attempt.name}: ${why.join("; ")}`);
      }
    const points = Object.values(counts).reduce((sum, count) => sum + count, 0);
    return { points, counts, failures, seconds: (performance.now() - beganMs) / 1_000 };
  },
};
