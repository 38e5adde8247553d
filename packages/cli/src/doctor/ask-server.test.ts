import { getHealth, type Op, protocolVersion } from "@dispatch/transport-contract";
import { expect, test } from "vitest";
import type { Answer, Api } from "../api.ts";
import { patienceMsDefault, silent } from "../patience.ts";
import { askServer } from "./ask-server.ts";

interface Slow {
  readonly healthMs?: number;
  readonly reportMs?: number;
  readonly now?: number;
}

/** A server that takes so long for its answers. Whoever is less patient hears nothing. */
const serverOf = ({ healthMs = 0, reportMs = 0, now = 0 }: Slow): Api => ({
  async call<Input, Output>(op: Op<Input, Output>, _: unknown, patienceMs = patienceMsDefault): Promise<Answer<Output>> {
    const isHealth = op.id === getHealth.id;
    if ((isHealth ? healthMs : reportMs) > patienceMs) throw silent(patienceMs);
    const report = { version: "1", protocol: protocolVersion, runtime: "", now, database: "", schemaVersion: 1, checks: [] };
    return { output: (isHealth ? { ok: true } : report) as Output, raw: {} };
  },
  chat: () => Promise.reject(new Error("nobody chats")),
});
const asked = async (slow: Slow) => {
  const { state, checks } = await askServer(serverOf(slow), () => 0);
  return { state, statusOf: (id: string) => checks.find((check) => check.id === id)?.status };
};

// Reaches healthMsMax.
test("a server that takes more than five seconds to say that it is well hangs", async () => {
  expect((await asked({ healthMs: 5_000 })).state).toBe("up");
  expect((await asked({ healthMs: 5_001 })).state).toBe("other");
});

// Reaches reportMsMax.
test("a report, for which providers are asked, may take fifteen seconds", async () => {
  expect((await asked({ reportMs: 15_000 })).statusOf("server")).toBe("ok");
  const late = await asked({ reportMs: 15_001 });
  expect([late.state, late.statusOf("server")]).toEqual(["up", "fail"]);
});

// Reaches skewMsMax.
test("clocks that are five seconds apart agree, and those that are further do not", async () => {
  for (const now of [5_000, -5_000]) expect((await asked({ now })).statusOf("clock.skew")).toBe("ok");
  for (const now of [5_001, -5_001]) expect((await asked({ now })).statusOf("clock.skew")).toBe("warn");
});
