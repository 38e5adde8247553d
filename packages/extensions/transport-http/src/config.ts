import { z } from "zod";
import { proxyProblem } from "./client-address.ts";

const proxy = z.string().check(({ value, issues }) => {
  const problem = proxyProblem(value);
  if (problem !== undefined) issues.push({ code: "custom", message: problem, input: value });
});

export const config = z.strictObject({
  /** A name or an address, without a port. */
  host: z.string().min(1).default("127.0.0.1"),
  /** 0 takes any that is free. */
  port: z.int().min(0).max(65_535).default(24203),
  /** When given, every request but `GET /health` must carry it. */
  token: z.string().regex(/^\S+$/, "must be a text without white space").optional(),
  /** As browsers send them (`https://dispatch.example`), beside every loopback origin. */
  allowedOrigins: z.array(z.string().min(1)).default([]),
  /** Names under which this server is known, with or without a port, beside loopback and the bound address. */
  allowedHosts: z.array(z.string().min(1)).default([]),
  /** Addresses and networks whose word is taken for where a request came from (`X-Forwarded-For`, `X-Forwarded-Proto`). */
  trustedProxies: z.array(proxy).default([]),
  /** Files in PEM. With them every port speaks TLS, and nothing else. */
  tls: z.strictObject({ cert: z.string().min(1), key: z.string().min(1) }).optional(),
});

export type Config = z.output<typeof config>;
