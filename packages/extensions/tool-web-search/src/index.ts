import { ApiKeys } from "@dispatch/auth-apikey/contract";
import { defineExtension, Tools } from "@dispatch/kernel";
import { type Config, config } from "./config.ts";
import { type Findings, webSearch } from "./web-search.ts";

const keyName = "FIRECRAWL_API_KEY";

/** Without a key there is no tool: a model does not try what cannot work. The SDK is loaded at the first call. */
export default defineExtension<Config>({
  id: "tool-web-search",
  version: "1.0.0",
  apiVersion: "1",
  tier: "standard",
  dependsOn: ["auth-apikey"],
  capabilities: ["net", "secrets"],
  config,
  activate(host) {
    const { apiUrl, allow } = host.config;
    const apiKey = host.use(ApiKeys).get(keyName);
    if (apiKey === undefined) {
      host.log.info("tool-idle", { reason: `no ${keyName}` });
      return;
    }
    const background = (work: () => Promise<unknown>) => {
      const task = () => work().then(() => {});
      if (host.signal.aborted) void task().catch(() => {});
      else host.spawn("cancel-crawl", task);
    };
    let opened: Promise<Findings> | undefined;
    const findings = () => {
      opened ??= import("./open-findings.ts").then(({ openFindings }) =>
        openFindings({ access: { apiKey, apiUrl }, allow, clock: host.clock, background }),
      );
      return opened;
    };
    host.contribute(Tools, webSearch(findings));
  },
});
