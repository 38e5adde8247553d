import { childEnvironment, type Environment } from "@dispatch/child-processes";
import type { Json } from "@dispatch/kernel";
import type { Way } from "./built-ins.ts";
import type { Programs } from "./programs.ts";
import type { ServerEntry } from "./server-entries.ts";

/** `held`: somebody must trust the folder first. `missing`: there is no such program. */
export type Start =
  | {
      readonly kind: "ready";
      readonly words: readonly [string, ...string[]];
      readonly environment: { readonly [name: string]: string };
      readonly initialization?: Json;
    }
  | { readonly kind: "held" | "missing"; readonly why: string };

export interface Surroundings {
  /** The folder of the conversation, as a real path. */
  readonly project: string;
  readonly trusted: boolean;
  readonly programs: Programs;
  /** Of this process. */
  readonly environment: Environment;
}

/** Where toolchains keep their things. Paths, not secrets. */
const toolchainVariables = [
  ...["XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "GOPATH", "GOROOT", "GOCACHE", "GOMODCACHE", "CARGO_HOME", "RUSTUP_HOME"],
  ...["JAVA_HOME", "PYENV_ROOT", "NVM_DIR", "VOLTA_HOME", "SSL_CERT_FILE", "SSL_CERT_DIR"],
];

/** Decides without starting anything. Nothing that the project brings or says is run in a folder that nobody trusts. */
export function howToStart(entry: ServerEntry, surroundings: Surroundings): Start {
  const { own, source } = entry;
  const saysHow = own.command !== undefined || own.env !== undefined || own.initialization !== undefined;
  if (saysHow && !surroundings.trusted) return held(`${source} says how it is started, and this folder is not trusted`);
  return own.command === undefined ? byWays(entry, surroundings) : byCommand(own.command, entry, surroundings);
}

function byCommand(command: readonly [string, ...string[]], entry: ServerEntry, surroundings: Surroundings): Start {
  const [word, ...rest] = command;
  const program = surroundings.programs.named(word, surroundings.project);
  if (program === undefined) return missing(`${word} of ${entry.source} was not found on the PATH. Install it, or correct the command.`);
  return ready([program.path, ...rest], entry, surroundings);
}

/** In a trusted folder the project's own program goes before that of the machine: it is the version that the project wants. */
function byWays(entry: ServerEntry, surroundings: Surroundings): Start {
  const { project, programs, trusted } = surroundings;
  let why: Start | undefined;
  for (const way of entry.ways) {
    const [name, ...rest] = way.words;
    const own = fitting(way, programs.ofProject(name, project)?.path, programs);
    const machines = fitting(way, programs.onPath(name, project)?.path, programs);
    const path = trusted ? (own ?? machines) : machines;
    if (path !== undefined && (trusted || way.runsProject !== true)) return ready([path, ...rest], entry, surroundings);
    if (path !== undefined) why ??= held(`${name} runs code of the project, and this folder is not trusted`);
    else if (own !== undefined) why ??= held(`${name} is only in the project's own node_modules, and this folder is not trusted`);
  }
  const names = entry.ways.map(({ words: [name] }) => name).join(" or ");
  return why ?? missing(`${names} was not found on the PATH. Install it.`);
}

function fitting(way: Way, path: string | undefined, programs: Programs): string | undefined {
  if (path === undefined || way.majorMin === undefined) return path;
  return (programs.majorOf(path) ?? 0) >= way.majorMin ? path : undefined;
}

function ready(words: readonly [string, ...string[]], { own }: ServerEntry, { project, programs, environment }: Surroundings): Start {
  const clean = childEnvironment({ ...environment, PATH: programs.searchPath(project) }, project, toolchainVariables);
  return {
    kind: "ready",
    words,
    environment: { ...clean, ...own.env },
    ...(own.initialization !== undefined && { initialization: own.initialization }),
  };
}

const held = (because: string): Start => ({ kind: "held", why: `Not started: ${because}.` });
const missing = (why: string): Start => ({ kind: "missing", why });
