import type { OpField, PaletteOp } from "./read-ops.ts";

/** As a form holds them: text by the name of its field, `null` for a field that is to be nothing. */
export type OpValues = { readonly [name: string]: string | null };

export interface OpRequest {
  readonly path: string;
  /** Absent for GET and DELETE. */
  readonly body?: { readonly [name: string]: unknown };
}

/** What a person has to change before it can be asked. */
export interface OpProblem {
  readonly field: string;
  readonly message: string;
}

/** A field that is empty is left out: the server says what holds then. */
export function requestOf(op: PaletteOp, values: OpValues): OpRequest | OpProblem {
  let { path } = op;
  const query = new URLSearchParams();
  const body: { [name: string]: unknown } = {};
  for (const field of op.fields) {
    const written = values[field.name];
    if (written === undefined || written === "") {
      if (field.required) return { field: field.name, message: `${field.name} is needed.` };
      continue;
    }
    const read = written === null ? { value: null } : readValue(field, written);
    if ("problem" in read) return { field: field.name, message: read.problem };
    if (field.place === "path") path = path.replace(`{${field.name}}`, () => encodeURIComponent(String(read.value)));
    else if (field.place === "query") query.set(field.name, String(read.value));
    else body[field.name] = read.value;
  }
  const whole = `${path}${query.size === 0 ? "" : `?${query}`}`;
  return op.method === "POST" || op.method === "PUT" ? { path: whole, body } : { path: whole };
}

function readValue({ name, kind }: OpField, written: string): { readonly value: unknown } | { readonly problem: string } {
  switch (kind.type) {
    case "yes-no":
      return { value: written === "true" };
    case "number": {
      const value = Number(written);
      return Number.isFinite(value) && (!kind.whole || Number.isInteger(value))
        ? { value }
        : { problem: `${name} has to be a ${kind.whole ? "whole " : ""}number.` };
    }
    case "json":
      try {
        return { value: JSON.parse(written) as unknown };
      } catch {
        return { problem: `${name} has to be JSON, such as {"a": 1} or ["a"].` };
      }
    case "text":
    case "choice":
    case "list":
      return { value: written };
  }
}
