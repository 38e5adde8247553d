import { fault } from "@dispatch/kernel";
import { parseDotenv } from "../dotenv.ts";

/**
 * The text of a file of settings with variables set. Comments, order and every other line stay byte for byte: a variable that is set keeps its line, a
 * new one stands behind its commented example, or at the end. Faults: `host-bin/bad-value` (invalid) for a value that no line can hold; it names the
 * variable alone.
 */
export function withVariables(text: string, changes: ReadonlyMap<string, string>): string {
  const ending = text.includes("\r\n") ? "\r\n" : "\n";
  const lines = text === "" ? [] : text.replace(/\r?\n$/, "").split(/\r?\n/);
  for (const [name, value] of changes) setLine(lines, name, `${name}=${quoted(name, value)}`);
  return lines.length === 0 ? "" : lines.join(ending) + ending;
}

function setLine(lines: string[], name: string, line: string): void {
  const sets = new RegExp(`^\uFEFF?\\s*(?:export\\s+)?${name}\\s*=`);
  // The last one counts, as it does when the file is read.
  const last = lines.findLastIndex((candidate) => sets.test(candidate));
  if (last !== -1) {
    const before = /^\uFEFF?\s*(?:export\s+)?/.exec(lines[last] ?? "")?.[0] ?? "";
    lines[last] = before + line;
    return;
  }
  const example = new RegExp(`^\\s*#\\s*(?:export\\s+)?${name}\\s*=`);
  const place = lines.findIndex((candidate) => example.test(candidate));
  lines.splice(place === -1 ? lines.length : place + 1, 0, line);
}

/** Shells and systemd read such a file too: what is not plain to them stands in the quotes that it does not hold. Nothing is escaped. */
function quoted(name: string, value: string): string {
  const plain = /^[\w./:@%+,=-]*$/.test(value) ? [value] : [];
  for (const written of [...plain, `"${value}"`, `'${value}'`, value]) {
    const { values, problems } = parseDotenv(`${name}=${written}`);
    if (problems.length === 0 && values.get(name) === value && !/[\r\n]/.test(value)) return written;
  }
  throw fault(
    "invalid",
    "host-bin/bad-value",
    `The value of ${name} holds a line's end or both kinds of quotes, which a file of settings cannot hold.`,
  );
}
