import type { ToolInvocation, ToolResult } from "@dispatch/kernel";

export interface EditedPath {
  /** As the tool shows it. */
  readonly path: string;
  readonly kind: "created" | "changed";
}

/**
 * Which files a call has changed. By convention a tool whose effect is `write` says so in its details: `path` or `paths`, as its workspace displays
 * them, and `created: true` when they were not there before. No tool is known by name.
 */
export function editedIn({ tool }: Pick<ToolInvocation, "tool">, { refused, details }: ToolResult): readonly EditedPath[] {
  if (tool.effect !== "write" || refused === true || typeof details !== "object" || details === null || Array.isArray(details)) return [];
  const { path, paths, created } = details as { readonly [field: string]: unknown };
  const given: readonly unknown[] = Array.isArray(paths) ? paths : [path];
  const named = given.filter((each): each is string => typeof each === "string" && each !== "");
  return [...new Set(named)].map((each) => ({ path: each, kind: created === true ? "created" : "changed" }));
}
