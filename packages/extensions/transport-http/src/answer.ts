import { errorBody, type Fault } from "@dispatch/kernel";
import { NeedsUpgrade, WrongMethod } from "./faults.ts";
import { securityHeaders } from "./security-headers.ts";
import { statusOf } from "./status.ts";

const headers = {
  "Content-Type": "application/json",
  "Cache-Control": "no-store",
  ...securityHeaders,
  Vary: "Origin",
};

export const jsonAnswer = (value: unknown): Response => new Response(JSON.stringify(value), { headers });

export function faultAnswer(fault: Fault, status: number = statusOf(fault)): Response {
  return new Response(JSON.stringify(errorBody(fault)), { status, headers: { ...headers, ...headersOf(fault) } });
}

function headersOf(fault: Fault): { readonly [name: string]: string } {
  const { retryAfterMs } = fault.data;
  if (fault instanceof WrongMethod) return { Allow: fault.allow };
  if (fault.code === "transport-http/no-token") return { "WWW-Authenticate": "Bearer" };
  if (fault instanceof NeedsUpgrade) return { Upgrade: "websocket", "Sec-WebSocket-Version": "13" };
  return typeof retryAfterMs === "number" ? { "Retry-After": String(Math.ceil(retryAfterMs / 1000)) } : {};
}
