import type { Tool } from "@dispatch/kernel";
import { parseScript, type Script } from "@dispatch/shell-syntax";
import type { CommandReach } from "@dispatch/wire";
import { absolutePath } from "./paths.ts";

/** What a call would touch, as far as its tool and its input tell. Paths are absolute. */
export type Reach =
  /** Nothing but what Dispatch keeps for the conversation. */
  | { readonly kind: "own" }
  /** `isTree`: the contents of everything below. */
  | { readonly kind: "read"; readonly path: string; readonly isTree: boolean }
  | { readonly kind: "write"; readonly path: string }
  | { readonly kind: "web"; readonly url: string | undefined }
  | CommandCall
  | { readonly kind: "unknown"; readonly effect: Tool["effect"] };

export interface CommandCall {
  readonly kind: "command";
  /** Read when it is first asked for: most commands run confined, and no rule cares. */
  readonly script: Script;
  /** Where it runs. */
  readonly folder: string;
  /** What it asks for beyond the working directory. */
  readonly wants: CommandReach | undefined;
}

/** Tools of this server that the policy knows; others are judged by their effect. */
const reachOfTool: { readonly [tool: string]: (input: Fields, root: string) => Reach } = {
  todo_write: () => ({ kind: "own" }),
  load_skill: () => ({ kind: "own" }),
  read_file: (input, root) => ({ kind: "read", path: pathOf(input, root), isTree: false }),
  lsp: (input, root) => ({ kind: "read", path: pathOf(input, root), isTree: false }),
  glob: (input, root) => ({ kind: "read", path: pathOf(input, root), isTree: false }),
  grep: (input, root) => ({ kind: "read", path: pathOf(input, root), isTree: true }),
  write_file: (input, root) => ({ kind: "write", path: pathOf(input, root) }),
  edit_file: (input, root) => ({ kind: "write", path: pathOf(input, root) }),
  web_fetch: ({ url }) => ({ kind: "web", url: textOf(url) }),
  web_search: ({ url }) => ({ kind: "web", url: textOf(url) }),
  youtube_transcript: () => ({ kind: "web", url: undefined }),
  run_shell: commandCall,
};

export const knownTools: readonly string[] = Object.keys(reachOfTool);
/** Their results come from the web. */
export const webTools: readonly string[] = ["web_fetch", "web_search", "youtube_transcript"];

type Fields = { readonly [field: string]: unknown };

export function reachOf(tool: Pick<Tool, "name" | "effect">, input: unknown, root: string): Reach {
  const known = Object.hasOwn(reachOfTool, tool.name) ? reachOfTool[tool.name] : undefined;
  if (known === undefined) return { kind: "unknown", effect: tool.effect };
  return known(typeof input === "object" && input !== null ? (input as Fields) : {}, root);
}

function commandCall(input: Fields, root: string): CommandCall {
  let script: Script | undefined;
  return {
    kind: "command",
    get script() {
      script ??= parseScript(textOf(input.command) ?? "");
      return script;
    },
    folder: absolutePath(root, textOf(input.cwd) ?? "."),
    wants: input.unconfined === true ? "everything" : input.network === true ? "network" : undefined,
  };
}

const textOf = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
const pathOf = ({ path }: Fields, root: string): string => absolutePath(root, textOf(path) ?? ".");
