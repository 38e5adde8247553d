import type { createToken, listAudit, listTokens } from "@dispatch/transport-contract";
import type { z } from "zod";
import { age } from "./age.ts";
import { oneLine } from "./one-line.ts";
import type { Piece } from "./screen.ts";

type Tokens = z.output<(typeof listTokens)["output"]>;
type Created = z.output<(typeof createToken)["output"]>;
type Audit = z.output<(typeof listAudit)["output"]>;

export const tokenPieces = ({ tokens }: Tokens, nowMs: number): readonly Piece[] =>
  tokens.length === 0
    ? [{ text: "No tokens. dispatch token create --name <name> makes one.\n", tone: "quiet" }]
    : tokens.flatMap(({ id, name, readonly, expiresAt, expired, lastUsedAt }) => [
        { text: oneLine(id), tone: "strong" },
        { text: ` | ${oneLine(name)} | ${readonly ? "read-only" : "full"} | ${expiryOf(expiresAt, expired)} | ` },
        { text: `${lastUsedAt === null ? "never used" : `used ${age(lastUsedAt, nowMs)}`}\n`, tone: "quiet" },
      ]);

/** The token alone on standard output, so that it can be piped to where it belongs. */
export const createdPieces = ({ token, secret }: Created): readonly Piece[] => [
  { text: `${oneLine(secret)}\n` },
  {
    text: `Token ${oneLine(token.name)} (${token.id}), ${token.readonly ? "read-only, " : ""}${expiryOf(token.expiresAt, false)}. It is not shown again.\n`,
    to: "stderr",
    ownLine: true,
  },
];

export const auditPieces = ({ entries, more }: Audit): readonly Piece[] => [
  ...entries.flatMap(({ at, who, via, address, what, input, outcome }): readonly Piece[] => [
    { text: `${new Date(at).toISOString()} `, tone: "quiet" },
    { text: oneLine(what), tone: "strong" },
    { text: ` | ${oneLine(who)} by ${oneLine(via)}${address === null ? "" : ` from ${oneLine(address)}`} | ` },
    { text: outcome === "done" ? "done" : oneLine(outcome), ...(outcome === "done" ? {} : { tone: "bad" as const }) },
    { text: ` | ${cut(oneLine(input))}\n`, tone: "quiet" },
  ]),
  ...(more
    ? [
        {
          text: "There are older entries: --limit shows more, --before <id> goes on (ids with --json).\n",
          to: "stderr",
          ownLine: true,
        } as const,
      ]
    : []),
];

const expiryOf = (expiresAt: number | null, expired: boolean): string => {
  if (expired) return "expired";
  return expiresAt === null ? "without an end" : `until ${new Date(expiresAt).toISOString().slice(0, 16).replace("T", " ")} UTC`;
};

const inputCharsMax = 120;
const cut = (text: string): string => (text.length > inputCharsMax ? `${text.slice(0, inputCharsMax)}…` : text);
