import { defineExtension } from "@dispatch/kernel";
import { implement, Ops } from "@dispatch/op-registry/contract";
import { TurnSealed } from "@dispatch/session-orchestrator/contract";
import { getThroughput, getUsage, latencyBoundsMs } from "@dispatch/transport-contract";
import type { z } from "zod";
import { localTimeZone, spanOf } from "./calendar.ts";
import { config } from "./config.ts";
import { fastestFirst } from "./tally.ts";
import { Throughput } from "./throughput.ts";
import { usageByModel, usageOfDay } from "./usage-tally.ts";

/** How fast models generate and what they read and write, from every turn that ends. */
export default defineExtension<z.infer<typeof config>>({
  id: "throughput-store",
  version: "1.0.0",
  apiVersion: "1",
  tier: "standard",
  dependsOn: ["op-registry", "session-orchestrator"],
  capabilities: [],
  config,
  activate(host) {
    // Asked when it is first needed: the platform takes milliseconds to find out.
    const timeZone = () => host.config.timeZone ?? localTimeZone();
    const throughput = new Throughput({ store: host.store, clock: host.clock, journal: host.log, timeZone });
    host.own({ [Symbol.asyncDispose]: () => throughput.flush() });
    host.spawn("store-throughput", (signal) => throughput.run(signal));
    host.on(TurnSealed, ({ model, metrics, reason }) => throughput.add(model, metrics, reason));
    host.contribute(
      Ops,
      implement(getThroughput, async ({ period, date }) => {
        const { start, end, days } = spanOf(period, date, timeZone());
        return { period, date, start, end, models: fastestFirst(await throughput.read(days)) };
      }),
    );
    host.contribute(
      Ops,
      implement(getUsage, async ({ period, date }) => {
        const { start, end, days } = spanOf(period, date, timeZone());
        const usages = await throughput.readUsage(days);
        return {
          period,
          date,
          start,
          end,
          boundsMs: latencyBoundsMs,
          models: usageByModel(usages),
          days: days.map((day, index) => ({ date: day, ...usageOfDay(usages[index] ?? []) })),
        };
      }),
    );
  },
});
