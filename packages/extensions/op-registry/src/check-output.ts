import { type Json, sameJson } from "@dispatch/kernel";
import type { Op } from "@dispatch/transport-contract";
import type { Config } from "./config.ts";

const sampledItemsMax = 20;

/** What is wrong with an answer, `undefined` when it is as declared. Never changes the answer. */
export function outputProblem(op: Op, output: unknown, check: Config["checkOutputs"]): string | undefined {
  return check === "all" ? problemOfAll(op, output) : problemOf(op, sample(output));
}

function problemOf(op: Op, output: unknown): string | undefined {
  const { error } = op.output.safeParse(output);
  return error?.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ");
}

/** As a client reads it: after the way through JSON it must be what the schema declares, without anything more. */
function problemOfAll(op: Op, output: unknown): string | undefined {
  const sent = JSON.parse(JSON.stringify(output) ?? "null") as Json;
  const problem = problemOf(op, sent);
  if (problem !== undefined) return problem;
  return sameJson(sent, op.output.parse(sent) as Json) ? undefined : "it has fields that are not declared";
}

/** The same object with its long lists cut: their first and last items stand for all. */
function sample(output: unknown): unknown {
  if (typeof output !== "object" || output === null) return output;
  const lists = Object.entries(output).filter(([, value]) => Array.isArray(value) && value.length > sampledItemsMax);
  if (lists.length === 0) return output;
  return { ...output, ...Object.fromEntries(lists.map(([name, list]) => [name, ends(list)])) };
}

const ends = (list: readonly unknown[]) => [...list.slice(0, sampledItemsMax / 2), ...list.slice(-sampledItemsMax / 2)];
