import type { OpCase } from "./op-cases.ts";

export interface OpRequest {
  readonly method: string;
  readonly path: string;
  readonly body?: string;
}

/** The request that a client without any care makes of a call. */
export function opRequest({ op: { http }, input }: OpCase): OpRequest {
  const given = typeof input === "object" && input !== null ? input : {};
  const rest = new Map(Object.entries(given));
  const path = http.path.replaceAll(/:(\w+)/g, (_, name: string) => {
    const value = rest.get(name);
    rest.delete(name);
    return percentEncoded(textOf(value ?? "none")).slice(0, segmentCharsMax) || "-";
  });
  if (http.method === "POST" || http.method === "PUT") {
    const body = given === input && !Array.isArray(input) ? Object.fromEntries(rest) : input;
    return { method: http.method, path, body: JSON.stringify(body) ?? "" };
  }
  const query = [...rest].map(([name, value]) => `${percentEncoded(name)}=${percentEncoded(textOf(value))}`).join("&");
  return { method: http.method, path: query === "" ? path : `${path}?${query.slice(0, queryCharsMax)}` };
}

/** Longer ones are refused for their length alone; who sends such does it on a bare socket. */
const queryCharsMax = 12_000;
/** Shortened between two bytes or within one: either is what a careless client may send. */
const segmentCharsMax = 1_000;

const textOf = (value: unknown): string => (typeof value === "string" ? value : (JSON.stringify(value) ?? ""));

/** Also of what is no text: `encodeURIComponent` throws at half a character. */
const percentEncoded = (text: string): string =>
  Array.from(Buffer.from(text.slice(0, queryCharsMax)), (byte) =>
    isPlain(byte) ? String.fromCharCode(byte) : `%${byte.toString(16).padStart(2, "0")}`,
  ).join("");

const isPlain = (byte: number): boolean => (byte >= 48 && byte <= 57) || (byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122);
