import { type ImplementedOp, implement } from "@dispatch/op-registry/contract";
import { getTrust, listTrust, removeTrust, setTrust } from "@dispatch/transport-contract";
import type { TrustBook } from "./trust-book.ts";

export const trustOps = (book: TrustBook): readonly ImplementedOp[] => [
  implement(getTrust, ({ folder }) => book.files(folder)),
  implement(listTrust, async () => ({ folders: await book.list() })),
  implement(setTrust, ({ folder, hash }, { caller }) => book.trust(folder, hash, caller.name)),
  implement(removeTrust, async ({ folder }) => ({ removed: await book.distrust(folder) })),
];
