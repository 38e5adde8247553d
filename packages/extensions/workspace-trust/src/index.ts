import { defineExtension } from "@dispatch/kernel";
import { Ops } from "@dispatch/op-registry/contract";
import { FolderTrust, TrustChanged } from "./contract.ts";
import { trustOps } from "./ops.ts";
import { TrustBook } from "./trust-book.ts";

/** A person's word that the files of a folder may decide which programs run. */
export default defineExtension({
  id: "workspace-trust",
  version: "1.0.0",
  apiVersion: "1",
  tier: "standard",
  dependsOn: ["op-registry"],
  capabilities: ["fs"],
  activate(host) {
    const book = new TrustBook({ store: host.store, clock: host.clock, changed: (folder) => host.fire(TrustChanged, { folder }) });
    host.provide(FolderTrust, book);
    for (const op of trustOps(book)) host.contribute(Ops, op);
  },
});
