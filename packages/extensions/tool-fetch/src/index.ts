import { defineExtension, Tools } from "@dispatch/kernel";
import { type Config, config } from "./config.ts";
import { type Pages, webFetch } from "./web-fetch.ts";

/** What makes requests and reads pages is loaded at the first call. */
export default defineExtension<Config>({
  id: "tool-fetch",
  version: "1.0.0",
  apiVersion: "1",
  tier: "standard",
  dependsOn: [],
  capabilities: ["net"],
  config,
  activate(host) {
    let opened: Promise<Pages> | undefined;
    const pages = () => {
      opened ??= import("./open-pages.ts").then(({ openPages }) => openPages(host.clock, host.config.allow));
      return opened;
    };
    host.contribute(Tools, webFetch(pages));
  },
});
