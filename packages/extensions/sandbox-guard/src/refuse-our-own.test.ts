import { expect, test } from "vitest";
import { refuseOurOwn } from "./refuse-our-own.ts";

const peer = { address: "127.0.0.1", port: 50_000, serverPort: 2 };

test("while nothing of a model can reach the server, nothing is looked up and nothing is waited for", () => {
  const guard = refuseOurOwn(
    () => [],
    () => Promise.reject(new Error("looked up")),
  );
  expect(guard.refuse(peer)).toBeUndefined();
});

test.each([
  ["others", undefined],
  ["theirs", "sandbox-guard/started-by-a-tool"],
  ["unknown", "sandbox-guard/started-by-a-tool"],
] as const)("an end that is %s is answered with %s", async (owner, code) => {
  const guard = refuseOurOwn(
    () => [1],
    async () => owner,
  );
  expect((await guard.refuse(peer))?.code).toBe(code);
});

test("a lookup that fails refuses", async () => {
  const guard = refuseOurOwn(
    () => [1],
    () => Promise.reject(new Error("no table")),
  );
  await expect(guard.refuse(peer)).rejects.toThrow();
});
