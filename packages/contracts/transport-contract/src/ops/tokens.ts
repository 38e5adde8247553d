import { z } from "zod";
import { defineOp } from "../op.ts";
import { listOf } from "../schemas/list-of.ts";

export const tokenNameCharsMax = 100;

const accessToken = z.object({
  id: z.string(),
  name: z.string(),
  readonly: z.boolean().describe("It may call no op that changes anything, and send no message."),
  createdAt: z.number().describe("Epoch milliseconds, like all times here."),
  createdBy: z.string().describe("The name of the token that made it; `local` where none was needed."),
  expiresAt: z.number().nullable().describe("null: never."),
  expired: z.boolean(),
  lastUsedAt: z.number().nullable().describe("null: never. To the minute."),
});

export const listTokens = defineOp({
  id: "tokens.list",
  intent: "read",
  summary: "The access tokens that were made, oldest first. What they are is told once, when they are made.",
  input: z.object({}),
  output: z.object({ tokens: listOf(accessToken) }),
  http: { method: "GET", path: "/tokens" },
  cli: { command: "token list" },
  examples: [{ input: {}, output: { tokens: [] } }],
});

export const createToken = defineOp({
  id: "tokens.create",
  intent: "write",
  summary: "Makes an access token, and tells it this once.",
  input: z.object({
    name: z
      .string()
      .trim()
      .min(1)
      .max(tokenNameCharsMax)
      .regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*$/u, "takes no control characters")
      .describe("What it is for; the audit log names it so."),
    readonly: z.boolean().exactOptional().describe("It may only read."),
    expires: z
      .string()
      .regex(/^[1-9]\d{0,4}[mhdwy]$/, "takes a number and a unit, such as 12h, 30d or 1y")
      .exactOptional()
      .describe("How long it counts: a number with m, h, d, w or y; without it until it is revoked."),
  }),
  output: z.object({ token: accessToken, secret: z.string().describe("The token itself. It is stored nowhere, and never told again.") }),
  http: { method: "POST", path: "/tokens" },
  cli: { command: "token create" },
  examples: [],
});

export const revokeToken = defineOp({
  id: "tokens.revoke",
  intent: "destroy",
  summary: "Ends an access token at once, and the sockets and streams that it opened.",
  input: z.object({ token: z.string().min(1).max(200).describe("Its id, or its name.") }),
  output: z.object({ id: z.string(), name: z.string() }),
  http: { method: "DELETE", path: "/tokens/:token" },
  cli: { command: "token revoke", operands: ["token"] },
  examples: [],
});
