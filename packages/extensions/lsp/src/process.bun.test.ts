import { resolve } from "node:path";
import { until } from "@dispatch/testkit";
import { openDesk } from "@dispatch/workspace-local/fixture";
import { expect, test } from "vitest";
import { processesIn, realClock } from "./language.fixture.ts";
import { startServer } from "./process.ts";

const environmentOf = (folder: string) => ({ PATH: "/usr/bin:/bin", PWD: folder });
const start = (folder: string, script: string) =>
  startServer({ words: ["/bin/sh", "-c", script], cwd: folder, environment: environmentOf(folder) }, realClock);

test("how a server ended is told with its last complaint, and its process id is its own", async () => {
  const { root } = await openDesk();
  const ended = start(root, "echo first >&2; echo 'the last' >&2; exit 7");
  expect(await ended.ended).toBe("ended with exit code 7: the last");
  await ended.kill();
  const killed = start(root, "echo $$; sleep 1000");
  const [bytes] = await killed.output.take(1).toArray();
  expect(String(bytes).trim()).toBe(String(killed.pid));
  await killed.kill();
  expect(await killed.ended).toBe("was ended by SIGKILL");
  expect(await processesIn(root)).toEqual([]);
});

// Reaches complaintCharsMax, complaintShownMax.
test("of what a server complains the last line is told, as far as it is a sentence", async () => {
  const { root } = await openDesk();
  const long = start(root, "printf 'early\\n%01000d' 0 >&2; exit 7");
  expect(await long.ended).toBe(`ended with exit code 7: ${"0".repeat(300)}`);
  await long.kill();
  const endless = start(root, "printf 'early\\n%01990d\\nlate' 0 >&2; exit 7");
  expect(await endless.ended).toBe("ended with exit code 7: late");
  await endless.kill();
  const lost = start(root, "printf 'said%02000d' 0 >&2; exit 7");
  expect(await lost.ended).toBe(`ended with exit code 7: ${"0".repeat(300)}`);
  await lost.kill();
});

test("arguments reach the server as they are", async () => {
  const { root } = await openDesk();
  const odd = ["a b", "$HOME", "'\"", "", "-x"];
  const server = startServer({ words: ["/usr/bin/printf", "%s|", ...odd], cwd: root, environment: environmentOf(root) }, realClock);
  expect(String((await server.output.toArray()).join(""))).toBe(odd.map((word) => `${word}|`).join(""));
  await server.kill();
});

test("a kill waits for nobody, not even for what leads a group of its own and ignores requests to end", async () => {
  const { root } = await openDesk();
  const server = start(root, "set -m; sh -c 'trap \"\" TERM; echo ready; while :; do sleep 1; done' & wait");
  await server.output.take(1).toArray();
  const startedAt = realClock.monotonic();
  await server.kill();
  expect(await processesIn(root)).toEqual([]);
  expect(realClock.monotonic() - startedAt).toBeLessThan(1_500);
});

test("when our process is killed outright, its servers and what they have started go with it", async () => {
  const { root } = await openDesk();
  const ours = Bun.spawn([process.execPath, resolve(import.meta.dirname, "killed-server.fixture.ts"), root], {
    stdio: ["ignore", "ignore", "ignore"],
  });
  await until(async () => (await processesIn(root)).length >= 3);
  ours.kill("SIGKILL");
  await until(async () => (await processesIn(root)).length === 0);
});
