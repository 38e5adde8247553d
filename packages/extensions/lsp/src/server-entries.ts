import { basename, extname } from "node:path";
import { nearest } from "@dispatch/kernel";
import { type BuiltIn, builtIns, type Way } from "./built-ins.ts";
import type { ConfigSource, ParsedConfig, ServerConfig } from "./config-file.ts";

/** A server as a folder knows it, before anybody has looked for its program. */
export interface ServerEntry {
  readonly id: string;
  readonly name: string;
  readonly extensions: readonly string[];
  readonly rootMarkers: readonly (readonly string[])[];
  readonly needsMarker: boolean;
  readonly source: ConfigSource | "built-in";
  /** Of a built-in. */
  readonly ways: readonly Way[];
  /** What the project's file says about running it. */
  readonly own: Pick<ServerConfig, "command" | "env" | "initialization">;
}

export interface FolderEntries {
  readonly entries: readonly ServerEntry[];
  /** What is wrong with the folder's files, for people. */
  readonly problems: readonly { readonly source: ConfigSource; readonly problem: string }[];
}

/** The built-ins as the project's files change them, and what these add. `.dispatch/lsp.json` has the last word on a server that both name. */
export function entriesOf(files: readonly { readonly source: ConfigSource; readonly config: ParsedConfig }[]): FolderEntries {
  const problems = files.flatMap(({ source, config }) => ("problem" in config ? [{ source, problem: config.problem }] : []));
  const said = new Map<string, { readonly source: ConfigSource; readonly config: ServerConfig }>();
  for (const { source, config } of files) {
    if ("problem" in config) continue;
    for (const [id, server] of Object.entries(config.servers)) said.set(id, { source, config: server });
  }
  const allOff = files.some(({ config }) => "allOff" in config);
  const changed = builtIns.flatMap((builtIn) => {
    const own = said.get(builtIn.id);
    return allOff && own === undefined ? [] : (entryOf(builtIn.id, builtIn, own) ?? []);
  });
  const added = [...said].filter(([id]) => !builtIns.some((builtIn) => builtIn.id === id));
  const nameless = added.filter(([, { config }]) => config.command === undefined && config.disabled !== true);
  return {
    entries: [...changed, ...added.flatMap(([id, own]) => (own.config.command === undefined ? [] : (entryOf(id, undefined, own) ?? [])))],
    problems: [...problems, ...nameless.map(([id, { source }]) => ({ source, problem: whyNameless(source, id) }))],
  };
}

function entryOf(
  id: string,
  builtIn: BuiltIn | undefined,
  said: { readonly source: ConfigSource; readonly config: ServerConfig } | undefined,
): ServerEntry | undefined {
  const config = said?.config ?? {};
  if (config.disabled === true) return undefined;
  const { command, env, initialization } = config;
  return {
    id,
    name: config.name ?? builtIn?.name ?? id,
    extensions: config.extensions ?? builtIn?.extensions ?? [],
    rootMarkers: config.rootMarkers === undefined ? (builtIn?.rootMarkers ?? []) : [config.rootMarkers],
    needsMarker: builtIn?.needsMarker === true && command === undefined,
    source: said?.source ?? "built-in",
    ways: builtIn?.ways ?? [],
    own: {
      ...(command !== undefined && { command }),
      ...(env !== undefined && { env }),
      ...(initialization !== undefined && { initialization }),
    },
  };
}

function whyNameless(source: ConfigSource, id: string): string {
  const meant = nearest(
    id,
    builtIns.map((builtIn) => builtIn.id),
  );
  return `${source}: ${id} names no command, and there is no built-in server of that name${meant === undefined ? "" : `; did you mean ${meant}?`}`;
}

export function covers({ extensions }: ServerEntry, path: string): boolean {
  const name = basename(path);
  const ending = extname(name).toLowerCase();
  return extensions.some((each) => each === name || (each.startsWith(".") && (each.toLowerCase() === ending || name.endsWith(each))));
}
