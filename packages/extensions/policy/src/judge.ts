import type { ApprovalMode, PolicyDecision, PolicyMode } from "@dispatch/wire";
import { doubtOf, isCoveredBy, isIdle, mentions, saidIn } from "./commands.ts";
import { absolutePath, takesOrders } from "./paths.ts";
import type { CommandCall, Reach } from "./reach.ts";
import type { ReadRule } from "./rules.ts";

export interface JudgedCall {
  readonly tool: string;
  readonly reach: Reach;
  /** Absolute real path of the working directory. */
  readonly root: string;
  /** Where its path really leads; absent: where it is written to lead, or nowhere. */
  readonly realPath?: string;
  /** The model made its URL itself: nobody wrote it, and no result held it. */
  readonly isComposed?: boolean;
}

export interface JudgeState {
  readonly mode: PolicyMode;
  readonly approval: ApprovalMode;
  readonly rules: readonly ReadRule[];
  /** Commands can be confined. */
  readonly isSandboxed: boolean;
  /** The turn has read what came from the web. */
  readonly isTainted: boolean;
  /** Whether a person trusts the folder's files that name programs; `null`: there are none, or nobody knows. */
  readonly isTrusted: boolean | null;
}

export interface Judgement extends PolicyDecision {
  /** It leaves the mode. */
  readonly isOutside: boolean;
  /** A rule can let the same call through from now on. */
  readonly isLasting: boolean;
}

/** Deny rules first, then those that ask, then those that allow, then the mode. What cannot be read for certain is asked about. */
export function judge(call: JudgedCall, state: JudgeState): Judgement {
  const denying = state.rules.find((rule) => rule.rule.effect === "deny" && touches(rule, call));
  if (denying !== undefined) return judged("deny", "A rule denies it.", denying);
  const asking = state.rules.find((rule) => rule.rule.effect === "ask" && touches(rule, call));
  if (asking !== undefined) return asked("A rule wants a person to be asked.", state, asking);
  const doubt = doubtFor(call, state.rules);
  if (doubt !== undefined) return asked(doubt, state);
  const allowing = allowingRule(call, state);
  const why = whyOutside(call, state);
  if (why === undefined) return judged("allow", insideReason(call, state.mode), allowing);
  return { ...judgeOutside(call, state, why, allowing), isOutside: true };
}

function judgeOutside(call: JudgedCall, state: JudgeState, why: string, allowing: ReadRule | undefined): Judgement {
  if (state.isTainted) return asked(`${why} And what came from the web may have asked for it.`, state);
  const mustBeTrusted = call.reach.kind === "command" && state.isTrusted === false;
  if (mustBeTrusted) return asked(`${why} And nobody trusts the files of this folder that name programs.`, state);
  if (allowing !== undefined) return judged("allow", "A rule allows it.", allowing);
  if (state.approval === "auto") return judged("allow", `${why} It is allowed because nobody is to be asked, and recorded.`);
  return { ...asked(why, state), isLasting: true };
}

const judged = (decision: PolicyDecision["decision"], reason: string, rule?: ReadRule): Judgement => ({
  decision,
  reason,
  rule: rule?.rule.id ?? null,
  isOutside: false,
  isLasting: false,
});

function asked(why: string, { approval }: JudgeState, rule?: ReadRule): Judgement {
  if (approval === "never") return judged("deny", `${why} Nobody is to be asked.`, rule);
  return judged("ask", why, rule);
}

function whyOutside({ tool, reach, root, realPath, isComposed = false }: JudgedCall, state: JudgeState): string | undefined {
  if (state.mode === "full") return undefined;
  switch (reach.kind) {
    case "own":
    case "read":
      return undefined;
    case "web":
      return state.isTainted && isComposed ? "It asks for an address that nobody wrote, and that could carry something away." : undefined;
    case "write":
      if (state.mode === "read-only") return `${tool} changes files, and the mode is read-only.`;
      return [reach.path, realPath ?? reach.path].some((path) => takesOrders(root, path))
        ? "It changes what git or Dispatch take orders from."
        : undefined;
    case "command":
      return whyCommandIsOutside(reach, state.isSandboxed);
    case "unknown":
      return reach.effect === "read" ? undefined : `Nobody knows what ${tool} changes.`;
  }
}

function whyCommandIsOutside({ wants }: CommandCall, isSandboxed: boolean): string | undefined {
  if (!isSandboxed) return "Commands cannot be confined here, so it could change anything.";
  if (wants === "network") return "It wants to reach the network.";
  return wants === "everything" ? "It wants to run unconfined, so it could change anything." : undefined;
}

function insideReason({ reach }: JudgedCall, mode: PolicyMode): string {
  if (mode === "full") return "The mode allows everything.";
  if (reach.kind === "command") return "It runs confined.";
  return reach.kind === "write" ? "It stays within the working directory." : "It only looks, which every mode allows.";
}

/** A rule that asks or denies. In doubt it does. */
function touches({ rule, tool, path, command, host }: ReadRule, call: JudgedCall): boolean {
  const { reach, root } = call;
  if (tool !== undefined && !tool(call.tool)) return false;
  if (command !== undefined && (reach.kind !== "command" || !mentions(reach.script, command, rule.exact === true))) return false;
  if (host !== undefined && !hostsOf(reach).some(host)) return false;
  if (path === undefined) return true;
  switch (reach.kind) {
    case "read":
    case "write":
      return pathsOf(call).some(
        (given) => path.fitsAround(given, root) || (reach.kind === "read" && reach.isTree && path.mayFitBelow(given, root)),
      );
    case "command":
      if (command !== undefined) return path.fitsAround(reach.folder, root);
      return saidIn(reach.script).some((said) => path.fitsAround(absolutePath(reach.folder, said), root));
    default:
      return false;
  }
}

function doubtFor({ tool: name, reach }: JudgedCall, rules: readonly ReadRule[]): string | undefined {
  if (reach.kind !== "command") return undefined;
  const isRuled = rules.some(({ rule, command, tool }) => rule.effect !== "allow" && command !== undefined && (tool?.(name) ?? true));
  const doubt = isRuled ? doubtOf(reach.script) : undefined;
  return doubt === undefined ? undefined : `There are rules about commands, and this one cannot be read for certain: ${doubt}.`;
}

/** Of a command every part must be allowed; the rule that allows the last is told. */
function allowingRule(call: JudgedCall, { rules, isSandboxed }: JudgeState): ReadRule | undefined {
  const allowing = rules.filter(({ rule, tool }) => rule.effect === "allow" && (tool?.(call.tool) ?? true));
  const { reach, root } = call;
  if (allowing.length === 0) return undefined;
  if (reach.kind !== "command") return allowing.find((rule) => allows(rule, call));
  const wanted = isSandboxed ? reach.wants : "everything";
  const far = allowing.filter(({ rule }) => rule.reach === undefined || rule.reach === "everything" || wanted !== "everything");
  const whole = far.find(
    ({ tool, path, command, host }) => tool !== undefined && path === undefined && command === undefined && host === undefined,
  );
  if (whole !== undefined || reach.script.doubt !== undefined) return whole;
  const parts = reach.script.commands.filter((command) => !isIdle(command));
  const found = parts.map((part) =>
    far.find(
      ({ rule, path, command, host }) =>
        command !== undefined &&
        host === undefined &&
        isCoveredBy(part, command, rule.exact === true) &&
        (path === undefined || path.fits(reach.folder, root)),
    ),
  );
  return found.includes(undefined) ? undefined : found.at(-1);
}

function allows({ path, command, host }: ReadRule, call: JudgedCall): boolean {
  const { reach, root } = call;
  if (command !== undefined) return false;
  if (host !== undefined && !hostsOf(reach).some(host)) return false;
  if (path === undefined) return true;
  return (reach.kind === "read" || reach.kind === "write") && pathsOf(call).every((given) => path.fits(given, root));
}

const pathsOf = ({ reach, realPath }: JudgedCall): readonly string[] => {
  if (reach.kind !== "read" && reach.kind !== "write") return [];
  return realPath === undefined ? [reach.path] : [reach.path, realPath];
};

function hostsOf(reach: Reach): readonly string[] {
  if (reach.kind === "web") return URL.canParse(reach.url ?? "") ? [new URL(reach.url ?? "").hostname.replace(/\.$/, "")] : [];
  if (reach.kind !== "command") return [];
  return saidIn(reach.script).flatMap((said) => [...said.toLowerCase().matchAll(hostPattern)].flatMap(([, host]) => host ?? []));
}

/** `https://example.org/x`, `example.org/x`, `git@example.org:x`. */
const hostPattern = /(?:^|@|\/\/)([a-z0-9-]+(?:\.[a-z0-9-]+)+)/g;
