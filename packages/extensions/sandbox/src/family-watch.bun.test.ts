import { FakeClock } from "@dispatch/testkit";
import { expect, onTestFinished, test } from "vitest";
import { FamilyWatch } from "./family-watch.ts";

const limits = { processesMax: 60, memoryBytesMax: 1e12 };

function startFamily(processes: number) {
  const grow = `read -r _; i=0; while [ $i -lt ${processes} ]; do sleep 60 & i=$((i + 1)); done; echo grown; wait`;
  const child = Bun.spawn(["/bin/sh", "-c", grow], { detached: true, stdin: "pipe", stdout: "pipe", stderr: "ignore" });
  onTestFinished(() => {
    try {
      process.kill(-child.pid, "SIGKILL");
    } catch {
      // It is gone.
    }
  });
  const grown = async () => {
    child.stdin.write("go\n");
    child.stdin.flush();
    await child.stdout.getReader().read();
  };
  return { child, grown };
}

test("a family that grows fast is ended before the next look is due, and a small one at no look", async () => {
  const clock = new FakeClock();
  const watch = new FamilyWatch(clock, limits);
  const [large, small] = [startFamily(150), startFamily(5)];
  const watched = [large, small].map(({ child: { pid } }) => ({ pid, own: 0, outgrown: undefined as string | undefined }));
  for (const one of watched) watch.add(one);
  await clock.untilSleeping(1);
  await Promise.all([large.grown(), small.grown()]);
  await clock.advance(25);
  expect(await large.child.exited).toBe(137);
  expect(watched.map(({ outgrown }) => outgrown)).toEqual(["It had more than 60 processes.", undefined]);
  for (let looks = 0; looks < 3; looks++) await clock.advance(250);
  expect(small.child.exitCode).toBeNull();
  for (const one of watched) watch.remove(one);
});
