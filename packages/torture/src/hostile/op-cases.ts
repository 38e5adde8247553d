import { join } from "node:path";
import type { Op } from "@dispatch/transport-contract";
import fc from "fast-check";
import { hostileText } from "./hostile-values.ts";
import { type FieldValues, inputsOf } from "./schema-values.ts";

/** One call of one op, whatever it holds. */
export interface OpCase {
  readonly op: Op;
  readonly input: unknown;
}

/** Calls of all these ops, in one row. Few names, so that calls meet what calls before them have left. The folder is the one that may be written to. */
export function opCases(ops: readonly Op[], folder: string, modelName: string): fc.Arbitrary<OpCase> {
  const fields: FieldValues = {
    conversationId: fc.constantFrom("c1", "c2", "c3", "c4", "c5"),
    workspaceId: fc.constantFrom("default", "w1", "w2"),
    providerId: fc.constantFrom("attacked", "openai-compat", "offline"),
    model: fc.constantFrom(modelName, "offline/offline", "nobody/nothing"),
    cwd: fc.constantFrom(join(folder, "work"), folder, ".", join(folder, "nowhere")),
    alias: fc.constantFrom("local", "other"),
    timeoutMs: fc.constantFrom(0, 1, 20),
  };
  const calls = ops.filter(({ id }) => !asksOutside.has(id)).map((op) => callsOf(op, folder, fields));
  return fc.oneof(...calls);
}

/** They look for servers of this machine at each call, and are tried by their own tests. */
const asksOutside: ReadonlySet<string> = new Set(["local-servers.find"]);

function callsOf(op: Op, folder: string, fields: FieldValues): fc.Arbitrary<OpCase> {
  const examples = op.examples.map(({ input }) => input);
  const made = inputsOf(op.input, fields);
  const inputs =
    examples.length === 0 ? made : fc.oneof({ weight: 12, arbitrary: made }, { weight: 1, arbitrary: fc.constantFrom(...examples) });
  const kept = namesFiles.has(op.id)
    ? fc.tuple(inputs, fc.nat(20), hostileText).map(([input, n, text]) => inFolder(input, folder, n, text))
    : inputs;
  return kept.map((input) => ({ op, input }));
}

/** They write where they are told to. */
const namesFiles: ReadonlySet<string> = new Set(["backup.create"]);

/** What they are told to write lies in the attack's own folder, or is no absolute path at all: the rest of the machine is not ours to try. */
function inFolder(input: unknown, folder: string, n: number, text: string): unknown {
  if (typeof input !== "object" || input === null || !("file" in input) || typeof input.file !== "string") return input;
  const name = text.replaceAll(/[/\0]|\.\./g, "-").slice(0, 200);
  return { ...input, file: n < 12 ? join(folder, `copy-${n}.db`) : n < 18 ? `${folder}/${name}.db` : name };
}
