import { createTwoFilesPatch, FILE_HEADERS_ONLY } from "diff";
import { unixBreaks } from "./replace-text.ts";

const changedLinesMax = 1_000;
const diffCharsMax = 256 * 1024;

/** For a screen. Line breaks of all kinds are shown as one. `undefined` when it would be more than anyone reads. */
export function unifiedDiff(path: string, before: string, after: string): string | undefined {
  const options = { context: 3, headerOptions: FILE_HEADERS_ONLY, maxEditLength: changedLinesMax };
  const diff = createTwoFilesPatch(`a/${path}`, `b/${path}`, unixBreaks(before), unixBreaks(after), undefined, undefined, options);
  return diff !== undefined && diff.length <= diffCharsMax ? diff : undefined;
}

export interface LineRange {
  readonly from: number;
  readonly to: number;
}

/** From the first to the last line of `after` that is not as before. Where lines were only taken out: the line that now stands there. */
export function changedLines(before: string, after: string): LineRange {
  const old = before.split("\n");
  const now = after.split("\n");
  const shorter = Math.min(old.length, now.length);
  let start = 0;
  while (start < shorter && old[start] === now[start]) start++;
  let end = 0;
  while (end < shorter - start && old[old.length - 1 - end] === now[now.length - 1 - end]) end++;
  const from = Math.min(start + 1, now.length);
  return { from, to: Math.max(from, now.length - end) };
}
