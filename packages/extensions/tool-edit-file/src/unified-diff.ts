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
