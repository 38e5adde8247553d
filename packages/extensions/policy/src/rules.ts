import { compileGlob, type Glob } from "@dispatch/file-walk";
import { parseScript, type SimpleCommand } from "@dispatch/shell-syntax";
import type { PolicyRule } from "@dispatch/wire";
import { isShifting } from "./commands.ts";
import { namesBelow } from "./paths.ts";

/** A rule, read once. What it does not name is absent. */
export interface ReadRule {
  readonly rule: PolicyRule;
  readonly tool?: (name: string) => boolean;
  /** `root` is the working directory. */
  readonly path?: PathRule;
  readonly command?: SimpleCommand;
  readonly host?: (host: string) => boolean;
}

export interface PathRule {
  fits(path: string, root: string): boolean;
  /** It, or something that it lies in. */
  fitsAround(path: string, root: string): boolean;
  /** Something below may fit. */
  mayFitBelow(path: string, root: string): boolean;
}

type RuleGiven = Pick<PolicyRule, "tool" | "path" | "command" | "exact" | "host">;

/** Why it is no rule. */
export function problemOf(given: RuleGiven): string | undefined {
  const { tool, path, command, host } = given;
  if ([tool, path, command, host].every((field) => field === undefined)) return "a rule names a tool, a path, a command or a host";
  if (path !== undefined && given.exact !== true) {
    const compiled = compileGlob(path.replace(/^\/+/, "") || "**");
    if ("problem" in compiled) return `path: ${compiled.problem}`;
  }
  if (command === undefined) return undefined;
  const { commands, doubt } = parseScript(command);
  if (doubt !== undefined) return `command: ${doubt}`;
  const [only] = commands;
  if (only === undefined || commands.length > 1) return "command: give one command; a rule for each of several";
  if (only.words.length === 0 || isShifting(only)) return "command: give a program and words that stand for themselves";
  return undefined;
}

export function readRule(rule: PolicyRule): ReadRule {
  const { tool, path, host, command } = rule;
  const parsed = command === undefined ? undefined : parseScript(command).commands[0];
  return {
    rule,
    ...(tool === undefined ? {} : { tool: starred(tool) }),
    ...(path === undefined ? {} : { path: rule.exact === true ? pathItself(path) : pathGlob(path) }),
    ...(parsed === undefined ? {} : { command: parsed }),
    ...(host === undefined ? {} : { host: hostPattern(host) }),
  };
}

function starred(pattern: string): (text: string) => boolean {
  if (!pattern.includes("*")) return (text) => text === pattern;
  const parts = pattern.split("*");
  const [first = "", last = ""] = [parts[0], parts.at(-1)];
  return (text) => {
    if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false;
    let at = first.length;
    for (const part of parts.slice(1, -1)) {
      const found = text.indexOf(part, at);
      if (found < 0 || found + part.length > text.length - last.length) return false;
      at = found + part.length;
    }
    return true;
  };
}

/** A host stands for itself; `*.` in front stands for all below it, and for itself. */
function hostPattern(pattern: string): (host: string) => boolean {
  const wanted = pattern.toLowerCase();
  if (wanted === "*") return () => true;
  if (!wanted.startsWith("*.")) return (host) => host === wanted;
  return (host) => host === wanted.slice(2) || host.endsWith(wanted.slice(1));
}

const pathItself = (wanted: string): PathRule => ({
  fits: (path) => path === wanted,
  fitsAround: (path) => namesBelow(wanted, path) !== undefined,
  mayFitBelow: (path) => namesBelow(path, wanted) !== undefined,
});

function pathGlob(pattern: string): PathRule {
  const isAbsolute = pattern.startsWith("/");
  const text = pattern.replace(/^\/+/, "") || "**";
  // An absolute pattern is one from the top, also when it has a single name.
  const compiled = compileGlob(isAbsolute ? `./${text}` : text);
  // One that cannot be read fits nothing and is refused where it is set.
  const glob: Glob = "glob" in compiled ? compiled.glob : () => false;
  const namesOf = (path: string, root: string) => namesBelow(isAbsolute ? "/" : root, path);
  const [firstName = ""] = text.split("/");
  return {
    fits: (path, root) => {
      const names = namesOf(path, root);
      return names !== undefined && glob(names);
    },
    fitsAround: (path, root) => {
      const names = namesOf(path, root);
      return names?.some((_, index) => glob(names.slice(0, index + 1))) ?? false;
    },
    mayFitBelow: (path, root) => {
      const names = namesOf(path, root);
      if (names === undefined) return namesBelow(path, root) !== undefined;
      // A pattern without a folder fits at any depth, and so does one that begins with a wildcard.
      if (!text.includes("/") || /[*?[{]/.test(firstName)) return true;
      return names.every((name, index) => mayBe(text.split("/")[index], name));
    },
  };
}

const mayBe = (wanted: string | undefined, name: string): boolean => wanted === undefined || wanted === name || /[*?[{]/.test(wanted);
