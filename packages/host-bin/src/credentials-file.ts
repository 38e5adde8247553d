import { type Fault, fault, nearest } from "@dispatch/kernel";
import { z } from "zod";

/** One `[[credentials]]` of `dispatch.toml`. Keys stand in environment variables alone, never in the file. */
export interface FileCredential {
  readonly name: string;
  readonly provider: ProviderKind;
  readonly baseUrl?: string | undefined;
  readonly keyEnv?: string | undefined;
  readonly model?: string | undefined;
}

export const providerKinds = ["openai-compat", "anthropic", "openai", "google", "umans"] as const;
export type ProviderKind = (typeof providerKinds)[number];

/**
 * Faults: `host-bin/bad-config` (invalid), which lists every problem by its line or entry and repeats no value: somebody may have written a key
 * where its variable's name belongs.
 */
export function readCredentialsFile(text: string, path: string): readonly FileCredential[] {
  const tables = parsed(text, path);
  const problems = unknownKeys(tables, ["credentials"], "");
  const { credentials = [] } = tables;
  const given: readonly unknown[] = Array.isArray(credentials) ? credentials : [];
  if (!Array.isArray(credentials)) problems.push("credentials is no list: write [[credentials]] over each");
  if (given.length > credentialsMax) problems.push(`there are ${given.length} credentials of at most ${credentialsMax}`);
  const entries = given.map((value, index) => entryOf(value, index, problems));
  const named = entries.map((entry) => entry?.name);
  for (const [index, name] of named.entries())
    if (name !== undefined && named.indexOf(name) !== index) problems.push(`${placeOf(index, name)}: another one has this name already`);
  if (problems.length > 0) throw badConfig(path, problems);
  return entries.filter((entry) => entry !== undefined);
}

export const badConfig = (path: string, problems: readonly string[]): Fault =>
  fault("invalid", "host-bin/bad-config", `${path}: ${problems.join("; ")}. Correct the file and start again.`, { data: { path } });

export const placeOf = (index: number, name: unknown): string =>
  typeof name === "string" && credentialName.test(name) ? `credentials[${index}] (${name})` : `credentials[${index}]`;

const credentialsMax = 100;
const credentialName = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;

const entry = z.strictObject({
  name: z.string("is missing or no text").regex(credentialName, "takes 1 to 64 letters, digits, dots, dashes and underscores"),
  provider: z.enum(providerKinds, `takes one of ${providerKinds.join(", ")}`),
  baseUrl: z.url({ protocol: /^https?$/, error: "takes an http or https URL" }).optional(),
  keyEnv: z
    .string("takes the name of an environment variable")
    // What is written in small letters may be a key, and names of variables are not.
    .regex(/^[A-Z_][A-Z0-9_]{0,127}$/, "takes the name of an environment variable in capital letters, never a key")
    .refine((name) => !neverKeys.has(name), "takes the variable of a key, which is taken out of the environment; this one is needed there")
    .optional(),
  model: z.string("takes a model's name").min(1, "takes a model's name").optional(),
});

const neverKeys = new Set(["PATH", "HOME", "USER", "SHELL", "LANG", "TERM", "TMPDIR", "PWD"]);

function entryOf(value: unknown, index: number, problems: string[]): FileCredential | undefined {
  if (!isTable(value)) {
    problems.push(`credentials[${index}] is no table`);
    return undefined;
  }
  const place = placeOf(index, value.name);
  const unknown = unknownKeys(value, Object.keys(entry.shape), `${place}: `);
  problems.push(...unknown);
  const known = Object.fromEntries(Object.entries(value).filter(([key]) => Object.hasOwn(entry.shape, key)));
  const read = entry.safeParse(known);
  if (!read.success) for (const issue of read.error.issues) problems.push(`${place}: ${issue.path.join(".")} ${issue.message}`);
  if (!read.success) return undefined;
  // Local servers want no key; the services refuse whoever has none.
  if (read.data.keyEnv === undefined && read.data.provider !== "openai-compat") problems.push(`${place}: keyEnv is missing`);
  return read.data;
}

function unknownKeys(table: Table, known: readonly string[], place: string): string[] {
  return Object.keys(table)
    .filter((key) => !known.includes(key))
    .map((key) => {
      if (/^(api_?)?(key|token|secret)$/i.test(key)) return `${place}${key} is no setting: name the variable that holds the key by keyEnv`;
      const near = nearest(key, known);
      return `${place}${key.length > 40 ? "a key of more than 40 characters" : key} is no setting${near === undefined ? "" : `; did you mean ${near}?`}`;
    });
}

type Table = { readonly [key: string]: unknown };
const isTable = (value: unknown): value is Table => typeof value === "object" && value !== null && !Array.isArray(value);

function parsed(text: string, path: string): Table {
  const problem = problemOf(text);
  if (problem !== undefined) throw badConfig(path, [`line ${lineOf(text, problem)} is no TOML (${withoutValues(problem)})`]);
  return Bun.TOML.parse(text) as Table;
}

function problemOf(text: string): string | undefined {
  try {
    Bun.TOML.parse(text);
    return undefined;
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : String(thrown);
  }
}

/** The parser tells no line; the first lines that fail as the whole does end with the one where it stopped. */
function lineOf(text: string, problem: string): number {
  const lines = text.split("\n");
  const fails = (beginning: string) => problemOf(beginning) === problem || problemOf(`${beginning}\n`) === problem;
  const index = lines.findIndex((_, at) => fails(lines.slice(0, at + 1).join("\n")));
  return index === -1 ? lines.length : index + 1;
}

const withoutValues = (problem: string): string => problem.replace(/^TOML Parse error: /, "").replace(/:? ".*$/s, "");
