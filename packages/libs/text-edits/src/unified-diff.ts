import { createTwoFilesPatch, FILE_HEADERS_ONLY } from "diff";
import { unixBreaks } from "./replace-text.ts";

const changedLinesMax = 1_000;
const diffCharsMax = 256 * 1024;

/** For a screen. Line breaks of all kinds are shown as one. `undefined` when it would be more than anyone reads. */
export function unifiedDiff(path: string, before: string, after: string): string | undefined {
  const diff = before === "" ? allNew(path, unixBreaks(after)) : between(path, unixBreaks(before), unixBreaks(after));
  return diff !== undefined && diff.length <= diffCharsMax ? diff : undefined;
}

function between(path: string, before: string, after: string): string | undefined {
  const options = { context: 3, headerOptions: FILE_HEADERS_ONLY, maxEditLength: changedLinesMax };
  return createTwoFilesPatch(`a/${path}`, `b/${path}`, before, after, undefined, undefined, options);
}

/** Nothing to compare: however many lines there are, each is new. */
function allNew(path: string, text: string): string {
  const head = `--- a/${path}\n+++ b/${path}\n`;
  if (text === "") return head;
  const isWhole = text.endsWith("\n");
  const lines = (isWhole ? text.slice(0, -1) : text).split("\n");
  const body = lines.map((line) => `+${line}\n`).join("");
  return `${head}@@ -0,0 +1${lines.length === 1 ? "" : `,${lines.length}`} @@\n${body}${isWhole ? "" : "\\ No newline at end of file\n"}`;
}
