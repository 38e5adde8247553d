/** What a request in plain English asks for. */
export type Plan =
  | { readonly kind: "list" | "read"; readonly path: string }
  | { readonly kind: "search"; readonly pattern: string; readonly path?: string }
  | { readonly kind: "find"; readonly pattern: string }
  | { readonly kind: "edit"; readonly path: string; readonly old: string; readonly new: string }
  | { readonly kind: "write"; readonly path: string; readonly content: string }
  | { readonly kind: "run"; readonly command: string }
  | { readonly kind: "unknown" };

/** Longer requests are none of the few that are understood; this keeps every pattern cheap. */
const requestCharsMax = 2_000;

/** The first pattern that fits decides. Deterministic: the same text gives the same plan. */
export function understand(text: string): Plan {
  const request = text
    .trim()
    .replace(/^(?:please|could you|can you|now)\s+/i, "")
    .replace(/[?!]+$/, "")
    .trim();
  if (request.length > requestCharsMax) return { kind: "unknown" };
  for (const [pattern, plan] of patterns) {
    const match = pattern.exec(request);
    if (match !== null) return plan(match.groups ?? {});
  }
  return { kind: "unknown" };
}

type Groups = { readonly [name: string]: string | undefined };

const quoted = (name: string): string => `(?:"(?<${name}1>[^"]*)"|'(?<${name}2>[^']*)'|\`(?<${name}3>[^\`]*)\`)`;
const word = (name: string): string => `(?:${quoted(name)}|(?<${name}4>\\S+))`;
const of = (groups: Groups, name: string): string =>
  groups[`${name}1`] ?? groups[`${name}2`] ?? groups[`${name}3`] ?? unpunctuated(groups[`${name}4`] ?? "");
/** A sentence's end is no part of a name. */
const unpunctuated = (text: string): string => text.replace(/[.,;:]+$/, "") || text;
const pattern = (source: string): RegExp => new RegExp(`^${source}\\.?$`, "is");

const here = "(?:\\s+(?:in\\s+)?(?:here|(?:in\\s+)?(?:this|the(?:\\s+current)?)\\s+(?:folder|directory)))?";
const patterns: readonly (readonly [RegExp, (groups: Groups) => Plan])[] = [
  [pattern("(?:run|execute)\\s+`(?<command>[^`]+)`"), ({ command = "" }) => ({ kind: "run", command })],
  [pattern("(?:run|execute)\\s+(?:the\\s+command\\s+)?(?<command>\\S.*)"), ({ command = "" }) => ({ kind: "run", command })],
  [
    pattern(`(?:replace|change)\\s+${word("old")}\\s+(?:with|to|by|into)\\s+${word("new")}\\s+in\\s+(?:the\\s+file\\s+)?${word("path")}`),
    (groups) => ({ kind: "edit", path: of(groups, "path"), old: of(groups, "old"), new: of(groups, "new") }),
  ],
  [
    pattern(`(?:write|save|put)\\s+${quoted("content")}\\s+(?:to|in|into)\\s+(?:the\\s+file\\s+)?${word("path")}`),
    (groups) => ({ kind: "write", path: of(groups, "path"), content: of(groups, "content") }),
  ],
  [
    pattern(
      `(?:create|write|make)\\s+(?:a\\s+file\\s+|the\\s+file\\s+)?(?:called\\s+|named\\s+)?${word("path")}\\s+(?:with|containing|saying)\\s+${quoted("content")}`,
    ),
    (groups) => ({ kind: "write", path: of(groups, "path"), content: of(groups, "content") }),
  ],
  [
    pattern(
      `(?:list|show(?:\\s+me)?)\\s+(?:me\\s+)?(?:all\\s+)?(?:the\\s+)?(?:files|folders|contents?)(?:\\s+(?:in|of|under)\\s+(?!(?:this|the)\\b)${word("path")})`,
    ),
    (groups) => ({ kind: "list", path: of(groups, "path") }),
  ],
  [
    pattern(`(?:list|show(?:\\s+me)?)\\s+(?:me\\s+)?(?:all\\s+)?(?:the\\s+)?(?:files|folders|contents?)(?:\\s+of)?${here}`),
    () => ({ kind: "list", path: "." }),
  ],
  [pattern(`(?:what(?:'s|\\s+is|\\s+files\\s+are)\\s+in${here}|what(?:'s|\\s+is)\\s+here|ls|list)`), () => ({ kind: "list", path: "." })],
  [pattern(`(?:ls|list)\\s+${word("path")}`), (groups) => ({ kind: "list", path: of(groups, "path") })],
  [
    pattern(`(?:search|grep|look)\\s+(?:for\\s+)?${word("pattern")}(?:\\s+(?:in|under)\\s+(?:the\\s+)?${word("path")})?`),
    (groups) => {
      const path = of(groups, "path");
      return { kind: "search", pattern: of(groups, "pattern"), ...(path === "" || path === "here" ? {} : { path }) };
    },
  ],
  [
    pattern(`find\\s+(?:all\\s+)?(?:files\\s+)?(?:named\\s+|called\\s+|matching\\s+)?${word("pattern")}`),
    (groups) => ({ kind: "find", pattern: of(groups, "pattern") }),
  ],
  [
    pattern(`(?:read|show(?:\\s+me)?|open|print|cat|display)\\s+(?:me\\s+)?(?:the\\s+)?(?:file\\s+|contents?\\s+of\\s+)?${word("path")}`),
    (groups) => ({ kind: "read", path: of(groups, "path") }),
  ],
];
