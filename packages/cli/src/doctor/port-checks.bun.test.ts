import { expect, test } from "vitest";
import { portCheck } from "./port-checks.ts";

// Reaches askMsMax.
test("a program that takes connections and says nothing on them is given up, and is another", async () => {
  using mute = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  const check = portCheck({ port: mute.port, setting: "BACKEND_PORT" }, 20);
  expect(await check).toMatchObject({ status: "fail", detail: expect.stringContaining("another program") });
});
