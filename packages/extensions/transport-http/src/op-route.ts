import type { ImplementedOp, OpRegistry } from "@dispatch/op-registry/contract";
import { jsonAnswer } from "./answer.ts";
import { tokenEnded } from "./faults.ts";
import { readJsonObject, readOptionalObject } from "./read-body.ts";
import type { Call, Route } from "./route.ts";
import { whileAllowed } from "./visitor.ts";

/** An op as its declaration says: the input is the path's parameters over the fields of the query or the body. */
export function opRoute({ op }: ImplementedOp, registry: OpRegistry): Route {
  const { id, intent, http } = op;
  const fields = fieldsOf(http.method, http.bodyOptional === true);
  return {
    method: http.method,
    path: http.path,
    ...(http.unavailableStatus === undefined ? {} : { unavailableStatus: http.unavailableStatus }),
    async answer(call) {
      const input = { ...(await fields(call)), ...call.params };
      call.connection.allowSilence();
      const { request, visitor } = call;
      const output = await registry.call(id, input, { signal: whileAllowed(request.signal, visitor), caller: visitor.caller });
      // What was asked for while the token counted is not told when it counts no more. What was changed is.
      if (intent === "read" && visitor.ended?.aborted === true) throw tokenEnded();
      return jsonAnswer(output);
    },
  };
}

function fieldsOf(method: string, bodyOptional: boolean): (call: Call) => object | Promise<object> {
  if (method === "GET" || method === "DELETE") return (call) => call.query();
  return ({ request }) => (bodyOptional ? readOptionalObject(request) : readJsonObject(request));
}
