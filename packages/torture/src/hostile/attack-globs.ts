import { compileGlob } from "@dispatch/file-walk";
import fc from "fast-check";
import { type Attack, sampled, shown, tryAll } from "./attack.ts";
import { hostileText } from "./hostile-values.ts";
import { problemOfCall } from "./judge.ts";

/** Of CPU time: what else runs on the machine is not the pattern's fault. */
const globMicrosMax = 1_000_000;
const globParts = fc.constantFrom("*", "**", "/", "?", "[a-z]", "[!", "]", "{", ",", "}", "a", "*a", "\\", "../", "(", "😀", "\0");

/** Patterns against names: no pattern may take longer than its length allows. */
export const attackGlobs: Attack = {
  name: "globs",
  cases: { quick: 5_000, full: 60_000 },
  async run(cases, trial) {
    const patterns = fc.oneof(
      fc.array(globParts, { maxLength: 40 }).map((parts) => parts.join("")),
      hostileText,
    );
    const names = fc.oneof(fc.constantFrom("a/b/c.ts", "a".repeat(255), `${"a/".repeat(200)}b`), hostileText);
    await tryAll(sampled(fc.tuple(patterns, names), trial.seed, cases), 1, trial, async ([pattern, name]) => {
      const before = process.cpuUsage();
      const problem = await problemOfCall(() => {
        const compiled = compileGlob(pattern);
        if ("glob" in compiled) compiled.glob(name.split("/"));
      });
      const { user } = process.cpuUsage(before);
      trial.judged(
        () => `${shown(pattern)} on ${shown(name)}`,
        problem ?? (user > globMicrosMax ? `it took ${user} µs of CPU time` : undefined),
      );
    });
  },
};
