import type { Extension } from "../contracts/extension.ts";

/** What an extension depends on, also when its manifest is no manifest. */
export function dependenciesOf(extension: Extension): readonly string[] {
  const given: unknown = extension?.dependsOn; // what is loaded from outside may be anything
  return Array.isArray(given) ? given.filter((id): id is string => typeof id === "string") : [];
}

/**
 * Every extension behind what it depends on, and otherwise in the order given. Dependencies that are not in the list do not count.
 * The list has no circle: `circleThrough` has found those before.
 */
export function activationOrder(extensions: readonly Extension[]): readonly Extension[] {
  const ordered: Extension[] = [];
  const waiting = new Map(extensions.map((extension) => [extension.id, extension]));
  while (waiting.size > 0) {
    const next = [...waiting.values()].find((extension) => !extension.dependsOn.some((id) => waiting.has(id)));
    if (next === undefined) return ordered;
    waiting.delete(next.id);
    ordered.push(next);
  }
  return ordered;
}

/** The shortest way from an extension back to itself (`a, b, a`), or `undefined` when there is none. */
export function circleThrough(start: string, dependencies: ReadonlyMap<string, readonly string[]>): readonly string[] | undefined {
  const seen = new Set<string>();
  const ways: (readonly string[])[] = [[start]];
  for (const way of ways) {
    for (const next of dependencies.get(way.at(-1) ?? start) ?? []) {
      if (next === start) return [...way, start];
      if (seen.has(next)) continue;
      seen.add(next);
      ways.push([...way, next]);
    }
  }
  return undefined;
}
