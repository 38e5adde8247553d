import { asFault, defineExtension } from "@dispatch/kernel";
import { Acted, implement, Ops } from "@dispatch/op-registry/contract";
import { Secrets } from "@dispatch/secrets/contract";
import { listAudit } from "@dispatch/transport-contract";
import { AuditTrail } from "./audit-trail.ts";
import { type Config, config } from "./config.ts";

const pageDefault = 100;
const pruneMs = 6 * 3_600_000;

/** Who changed what, and from where, whichever door it came through. */
export default defineExtension<Config>({
  id: "audit-log",
  version: "1.0.0",
  apiVersion: "1",
  tier: "standard",
  dependsOn: ["op-registry", "secrets"],
  capabilities: [],
  config,
  activate(host) {
    const { clock, log, store } = host;
    const { days } = host.config;
    const secrets = host.use(Secrets);
    const trail = host.own(
      new AuditTrail({
        store,
        clock,
        days,
        mask: (text) => secrets.mask(text),
        failed: (thrown, entries) =>
          log.error("audit-not-written", { entries, ...(thrown === undefined ? {} : { error: asFault(thrown).message }) }),
      }),
    );
    host.contribute(
      Ops,
      implement(listAudit, ({ limit = pageDefault, ...query }) => trail.read({ ...query, limit })),
    );
    if (days > 0) host.on(Acted, (act) => trail.add(act));
    host.spawn("prune-audit", async (signal) => {
      for (;;) {
        await clock.sleep(pruneMs, signal);
        if (signal.aborted) return;
        await trail.prune().catch((thrown) => log.warn("audit-not-pruned", { error: asFault(thrown).message }));
      }
    });
  },
});
