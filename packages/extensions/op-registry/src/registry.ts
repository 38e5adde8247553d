import { allStreams, type Op } from "@dispatch/transport-contract";
import { outputProblem } from "./check-output.ts";
import type { Config } from "./config.ts";
import type { ImplementedOp, OpRegistry } from "./contract.ts";
import { InvalidInput, InvalidOutput, UnknownOp } from "./faults.ts";
import { describeServer } from "./open-api.ts";

/** `gather` is asked at every use: ops come and go with their extensions. */
export function createRegistry(gather: () => readonly ImplementedOp[], { checkOutputs }: Config): OpRegistry {
  return {
    all: gather,
    async call(id, input, context) {
      const found = gather().find(({ op }) => op.id === id);
      if (found === undefined) throw new UnknownOp(id);
      const output = await found.run(validInput(found.op, input) as never, context);
      const problem = outputProblem(found.op, output, checkOutputs);
      if (problem !== undefined) throw new InvalidOutput(id, problem);
      return output;
    },
    openApi() {
      const ops = gather().map(({ op }) => op);
      return describeServer(ops, allStreams);
    },
  };
}

function validInput(op: Op, input: unknown): unknown {
  const { success, data, error } = op.input.safeParse(input);
  if (success) return data;
  throw new InvalidInput(error.issues.map(({ path, message }) => (path.length === 0 ? message : `${path.join(".")}: ${message}`)));
}
