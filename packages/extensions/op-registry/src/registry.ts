import { asFault } from "@dispatch/kernel";
import { allStreams, type Op } from "@dispatch/transport-contract";
import { outputProblem } from "./check-output.ts";
import type { Config } from "./config.ts";
import type { Act, ImplementedOp, OpContext, OpRegistry } from "./contract.ts";
import { InvalidInput, InvalidOutput, ReadOnly, UnknownOp } from "./faults.ts";
import { describeServer } from "./open-api.ts";

/** `gather` is asked at every use: ops come and go with their extensions. `acted` hears of whatever is no reading. */
export function createRegistry(
  gather: () => readonly ImplementedOp[],
  { checkOutputs }: Config,
  acted: (act: Act) => void = () => {},
): OpRegistry {
  const run = async ({ op, run }: ImplementedOp, input: unknown, context: OpContext) => {
    const output = await run(validInput(op, input) as never, context);
    const problem = outputProblem(op, output, checkOutputs);
    if (problem !== undefined) throw new InvalidOutput(op.id, problem);
    return output;
  };
  const act = async (found: ImplementedOp, input: unknown, context: OpContext) => {
    const told = { what: found.op.id, caller: context.caller, input };
    try {
      if (context.caller.readOnly === true) throw new ReadOnly(found.op.id);
      const output = await run(found, input, context);
      acted({ ...told, outcome: "done" });
      return output;
    } catch (thrown) {
      acted({ ...told, outcome: asFault(thrown).code });
      throw thrown;
    }
  };
  return {
    all: gather,
    async call(id, input, context) {
      const found = gather().find(({ op }) => op.id === id);
      if (found === undefined) throw new UnknownOp(id);
      return found.op.intent === "read" ? run(found, input, context) : act(found, input, context);
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
