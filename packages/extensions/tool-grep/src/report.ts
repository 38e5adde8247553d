import type { Hit } from "./line-search.ts";
import type { Pattern } from "./pattern.ts";

const lineShownMax = 400;
const textCharsMax = 50 * 1024;

export interface FileHits {
  /** As the model knows the path. */
  readonly shown: string;
  readonly hits: readonly Hit[];
}

/** `path:line:text`, and `path-line-text` for lines of context; `--` where lines are left out, an empty line between files. */
export function hitLines(files: readonly FileHits[], pattern: Pattern): { readonly text: string; readonly cut: boolean } {
  const lines: string[] = [];
  let chars = 0;
  const hasContext = files.some(({ hits }) => hits.some((hit) => !hit.matches));
  for (const { shown, hits } of files) {
    if (lines.length > 0) lines.push("");
    for (const [i, hit] of hits.entries()) {
      const line = lineOf(onOneLine(shown), hit, pattern);
      chars += line.length + 1;
      if (chars > textCharsMax) return { text: lines.join("\n"), cut: true };
      const before = hits[i - 1];
      if (hasContext && before !== undefined && before.line + 1 < hit.line) lines.push("--");
      lines.push(line);
    }
  }
  return { text: lines.join("\n"), cut: false };
}

function lineOf(path: string, { line, text, matches }: Hit, pattern: Pattern): string {
  const mark = matches ? ":" : "-";
  return `${path}${mark}${line}${mark}${shortened(text, matches ? pattern.indexIn(text) : 0)}`;
}

/** Of a long line what stands around the match. */
function shortened(text: string, index: number): string {
  if (text.length <= lineShownMax) return text;
  const start = Math.max(0, Math.min(index - lineShownMax / 4, text.length - lineShownMax));
  const end = start + lineShownMax;
  return `${start > 0 ? "…" : ""}${text.slice(start, end).toWellFormed()}${end < text.length ? "…" : ""}`;
}

const onOneLine = (name: string): string => (/\p{Cc}/u.test(name) ? JSON.stringify(name) : name);
