export interface DotenvProblem {
  readonly line: number;
  readonly problem: string;
}
export interface Dotenv {
  readonly values: ReadonlyMap<string, string>;
  readonly problems: readonly DotenvProblem[];
}

/**
 * Reads `NAME=value` lines. Blank lines and `#` comments count for nothing; a value may stand in single or double quotes; nothing is expanded or
 * executed. A line of another form is a problem that names its number, never its content: it may hold a secret.
 */
export function parseDotenv(text: string): Dotenv {
  const values = new Map<string, string>();
  const problems: DotenvProblem[] = [];
  for (const [index, raw] of text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .entries()) {
    const line = raw.trim();
    if (line === "" || line.startsWith("#")) continue;
    const match = /^(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)$/.exec(line);
    const [, name, value] = match ?? [];
    if (name === undefined || value === undefined) {
      problems.push({ line: index + 1, problem: "is not of the form NAME=value" });
      continue;
    }
    const plain = unquoted(value);
    if (plain === undefined) problems.push({ line: index + 1, problem: "opens a quote and does not close it at the end of the line" });
    else values.set(name, plain);
  }
  return { values, problems };
}

/** `undefined`: what begins like a quoted value is none. */
function unquoted(value: string): string | undefined {
  const quoted = /^(["'])(.*)\1\s*(?:#.*)?$/.exec(value);
  if (quoted?.[2] !== undefined) return quoted[2];
  return /^["']/.test(value) ? undefined : value.replace(/\s+#.*$/, "").trim();
}
