import type { PolicyDecision, PolicyRule } from "@dispatch/wire";
import { oneLine } from "./one-line.ts";
import type { Piece } from "./screen.ts";

interface ShownPolicy {
  readonly mode: string | null;
  readonly approval: string | null;
  readonly rules: readonly PolicyRule[];
  readonly sandbox?: { readonly available: boolean; readonly reason?: string };
  readonly trusted?: boolean | null;
}

export function policyPieces({ mode, approval, rules, sandbox, trusted }: ShownPolicy): readonly Piece[] {
  const lines: readonly (readonly [string, string | undefined])[] = [
    ["mode", mode ?? "–"],
    ["approval", approval ?? "–"],
    ["sandbox", sandbox === undefined ? undefined : sandbox.available ? "commands run confined" : (sandbox.reason ?? "none")],
    ["folder", trusted === false ? "holds programs that nobody trusts: dispatch trust" : undefined],
  ];
  return [
    ...lines.flatMap(([name, value]): readonly Piece[] =>
      value === undefined ? [] : [{ text: name.padEnd(10), tone: "quiet" }, { text: `${oneLine(value)}\n` }],
    ),
    ...rules.flatMap((rule): readonly Piece[] => [
      { text: `${rule.effect} `.padEnd(7), tone: "strong" },
      { text: oneLine(ruleText(rule)) },
      { text: ` | ${rule.scope} | ${oneLine(rule.id)}\n`, tone: "quiet" },
    ]),
  ];
}

function ruleText({ tool, path, command, exact = false, reach, host }: PolicyRule): string {
  const parts = [
    tool,
    command === undefined ? undefined : exact ? `exactly \`${command}\`` : `\`${command}\` …`,
    path === undefined ? undefined : `${command === undefined ? "" : "in "}${path}`,
    host === undefined ? undefined : `at ${host}`,
    reach === undefined ? undefined : `(${reach})`,
  ];
  return parts.filter((part) => part !== undefined).join(" ");
}

export const decisionPieces = ({ decision, reason, rule }: PolicyDecision): readonly Piece[] => [
  { text: decision, tone: "strong" },
  { text: ` | ${oneLine(reason)}${rule === null ? "" : ` | ${oneLine(rule)}`}\n` },
];
