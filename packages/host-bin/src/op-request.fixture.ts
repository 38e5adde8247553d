import type { Op } from "@dispatch/transport-contract";

/** The request that a client makes of an op's declaration. */
export function opRequest({ http }: Op, input: object): { readonly path: string; readonly init: RequestInit } {
  const rest = new Map(Object.entries(input));
  const path = http.path.replaceAll(/:(\w+)/g, (_, name: string) => {
    const value = rest.get(name);
    rest.delete(name);
    return encodeURIComponent(textOf(value));
  });
  if (http.method === "POST" || http.method === "PUT") {
    return { path, init: { method: http.method, body: JSON.stringify(Object.fromEntries(rest)) } };
  }
  const query = new URLSearchParams([...rest].map(([name, value]): [string, string] => [name, textOf(value)]));
  return { path: query.size === 0 ? path : `${path}?${query}`, init: { method: http.method } };
}

function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  return Array.isArray(value) ? value.map(textOf).join(",") : (JSON.stringify(value) ?? "");
}
