import type { StandardJSONSchemaV1, StandardSchemaV1 } from "@standard-schema/spec";
import type { Json } from "./json.ts";

/** Validates and describes itself. Zod 4 satisfies it as it stands; the kernel names no library. */
export interface Schema<Out = unknown> {
  readonly "~standard": StandardSchemaV1.Props<unknown, Out> & StandardJSONSchemaV1.Props<unknown, Out>;
}

export type Validation<Out> = { readonly ok: true; readonly value: Out } | { readonly ok: false; readonly problems: readonly string[] };

/** Problems read `path.to.field: what is wrong`. */
export async function validate<Out>(schema: Schema<Out>, value: unknown): Promise<Validation<Out>> {
  const result = await schema["~standard"].validate(value);
  if (result.issues === undefined) return { ok: true, value: result.value };
  return { ok: false, problems: result.issues.map(problem) };
}

function problem(issue: StandardSchemaV1.Issue): string {
  const path = (issue.path ?? []).map((part) => String(typeof part === "object" ? part.key : part)).join(".");
  return path === "" ? issue.message : `${path}: ${issue.message}`;
}

/** JSON Schema (draft 2020-12) of what the schema accepts. */
export function describe(schema: Schema): Json {
  return schema["~standard"].jsonSchema.input({ target: "draft-2020-12" }) as Json;
}
