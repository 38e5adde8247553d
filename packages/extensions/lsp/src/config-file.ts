import { isDeeper } from "@dispatch/json-depth";
import { type Json, nearest } from "@dispatch/kernel";
import { z } from "zod";

/** What a project's file says of one server. What is absent is as the built-in of that name has it. */
export interface ServerConfig {
  readonly name?: string;
  readonly command?: readonly [string, ...string[]];
  readonly extensions?: readonly string[];
  readonly rootMarkers?: readonly string[];
  readonly env?: { readonly [name: string]: string };
  readonly initialization?: Json;
  readonly disabled?: boolean;
}

export type ConfigSource = ".dispatch/lsp.json" | "opencode.json";
export type ParsedConfig =
  | { readonly servers: { readonly [id: string]: ServerConfig }; readonly allOff?: true }
  | { readonly problem: string };

const serversMax = 64;
const itemsMax = 64;
const depthMax = 50;
const text = z.string().min(1).max(4_096);
const id = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}$/);
const fields = {
  name: text.optional(),
  command: z
    .union([text.transform((word): [string] => [word]), z.tuple([text], text)])
    .optional()
    .describe("The program and its arguments."),
  extensions: z.array(text).max(itemsMax).optional(),
  rootMarkers: z.array(text).max(itemsMax).optional(),
  env: z.record(z.string(), z.string().max(32_768)).optional(),
  initialization: z.json().optional(),
  disabled: z.boolean().optional(),
};
const few = <T>(servers: z.ZodType<T>) =>
  servers.refine((given) => Object.keys(given as object).length <= serversMax, `at most ${serversMax} servers`);

const ours = z.strictObject({ $schema: z.string().optional(), servers: few(z.record(id, z.strictObject(fields))).default({}) });
/** Another program's file: what we do not know in it is not for us. */
const theirs = z.object({ lsp: z.union([z.boolean(), few(z.record(id, z.object(fields)))]).optional() });

/** `.dispatch/lsp.json` is `{ "servers": { "<id>": { "command": [...], "extensions": [...] } } }`; of `opencode.json` only `lsp` counts. */
export function parseConfig(source: ConfigSource, content: string): ParsedConfig {
  const value = parseJson(content);
  if (value === undefined) return { problem: `${source} is not JSON. Correct it; until then nothing of it counts.` };
  const parsed = (source === "opencode.json" ? theirs : ours).safeParse(value);
  if (!parsed.success)
    return { problem: `${source}: ${parsed.error.issues.slice(0, 3).map(problemOf).join("; ")}. Nothing of it counts until then.` };
  if (!("lsp" in parsed.data)) return { servers: "servers" in parsed.data ? parsed.data.servers : {} } as ParsedConfig;
  const { lsp } = parsed.data;
  return typeof lsp === "object" ? ({ servers: lsp } as ParsedConfig) : { servers: {}, ...(lsp === false && { allOff: true }) };
}

/** Comments and commas at the end are common in such files. */
function parseJson(content: string): unknown {
  if (isDeeper(new TextEncoder().encode(content), depthMax)) return undefined;
  try {
    return Bun.JSONC.parse(content);
  } catch {
    return undefined;
  }
}

function problemOf(issue: z.core.$ZodIssue): string {
  const at = issue.path.map(String).join(".");
  if (issue.code !== "unrecognized_keys") return `${at === "" ? "" : `${at}: `}${issue.message}`;
  const known = issue.path.length === 0 ? Object.keys(ours.shape) : Object.keys(fields);
  const said = issue.keys.slice(0, 3).map((key) => {
    const meant = nearest(key, known);
    return `unknown key ${JSON.stringify(key.slice(0, 64))}${meant === undefined ? "" : `; did you mean ${meant}?`}`;
  });
  return `${at === "" ? "" : `${at}: `}${said.join(", ")}`;
}
