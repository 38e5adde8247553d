import { defineExtension } from "@dispatch/kernel";
import { WebPages } from "@dispatch/transport-http/contract";
import { SocketAddress } from "@dispatch/transport-ws/contract";
import { answerPage } from "./answer-page.ts";
import { type Config, config } from "./config.ts";
import { openFolder } from "./folder.ts";
import { WebSite } from "./web-site.ts";

/** The built files of a web client, where no op has its path. */
export default defineExtension<Config>({
  id: "web-files",
  version: "1.0.0",
  apiVersion: "1",
  tier: "standard",
  dependsOn: ["transport-http", "transport-ws"],
  capabilities: ["fs"],
  config,
  activate(host) {
    if (host.config.folder === undefined) return;
    const folder = openFolder(host.config.folder);
    const ports = { site: new WebSite(folder), read: folder.read, socketPort: new URL(host.use(SocketAddress).url).port };
    host.contribute(WebPages, { id: "web-files", answer: (request) => answerPage(request, ports) });
  },
});
