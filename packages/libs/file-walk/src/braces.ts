/** `a{b,c}d` as `abd` and `acd`. Braces without a comma, unbalanced or behind a `\` are themselves. `undefined` when there would be more than `max`. */
export function expandBraces(source: string, max: number): readonly string[] | undefined {
  const group = firstGroup(source);
  if (group === undefined) return [source];
  const expanded: string[] = [];
  for (const part of group.parts) {
    const rest = expandBraces(`${part}${group.after}`, max);
    if (rest === undefined || expanded.length + rest.length > max) return undefined;
    expanded.push(...rest);
  }
  return expanded.map((tail) => `${group.before}${tail}`);
}

interface Group {
  readonly before: string;
  readonly parts: readonly string[];
  readonly after: string;
}

function firstGroup(source: string): Group | undefined {
  for (let i = 0; i < source.length; i++) {
    if (source[i] === "\\") i++;
    else if (source[i] === "{") {
      const group = groupAt(source, i);
      if (group !== undefined) return group;
    }
  }
  return undefined;
}

function groupAt(source: string, open: number): Group | undefined {
  const parts: string[] = [];
  let depth = 0;
  let start = open + 1;
  for (let i = open + 1; i < source.length; i++) {
    const char = source[i];
    if (char === "\\") i++;
    else if (char === "{") depth++;
    else if (depth === 0 && (char === "," || char === "}")) {
      parts.push(source.slice(start, i));
      start = i + 1;
      if (char === "}") return parts.length > 1 ? { before: source.slice(0, open), parts, after: source.slice(i + 1) } : undefined;
    } else if (char === "}") depth--;
  }
  return undefined;
}
