import { type ImplementedOp, implement } from "@dispatch/op-registry/contract";
import { searchConversations, searchResultsDefault } from "@dispatch/transport-contract";
import { type SearchPorts, search } from "./search.ts";

export const searchOp = (ports: SearchPorts): ImplementedOp =>
  implement(searchConversations, ({ q, limit = searchResultsDefault, workspaceId, status }) =>
    search({ q, limit, workspaceId, statuses: status }, ports),
  );
