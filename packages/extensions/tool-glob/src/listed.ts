const filesMax = 500;
const textCharsMax = 50 * 1024;

export interface Found {
  readonly shown: string;
  readonly modifiedMs: number;
}

/** The last changed first, those of one time by name; one a line. */
export function listed(found: readonly Found[]): { readonly text: string; readonly shown: number } {
  const sorted = [...found].sort((a, b) => b.modifiedMs - a.modifiedMs || (a.shown < b.shown ? -1 : 1));
  const lines: string[] = [];
  let chars = 0;
  for (const { shown } of sorted) {
    const line = onOneLine(shown);
    chars += line.length + 1;
    if (lines.length === filesMax || chars > textCharsMax) break;
    lines.push(line);
  }
  return { text: lines.join("\n"), shown: lines.length };
}

const onOneLine = (name: string): string => (/\p{Cc}/u.test(name) ? JSON.stringify(name) : name);
