import { expect, test } from "vitest";
import { attacks } from "./section.ts";

/** A part of what the campaign tries; always the same, so that a failure is found again. */
const seed = 5;
const shareOfQuick = 0.1;

for (const { name, cases, run } of attacks)
  test(`hostile input, ${name}: whatever comes is answered or refused, and nothing fails`, async () => {
    const wanted = Math.ceil(cases.quick * shareOfQuick);
    const failures: string[] = [];
    let tried = 0;
    await run(wanted, {
      seed,
      signal: new AbortController().signal,
      judged(point, why) {
        tried += 1;
        if (why !== undefined) failures.push(`${point()}\n${why}`);
      },
    });
    expect(failures).toEqual([]);
    expect(tried).toBeGreaterThan(wanted / 2);
  });
