import type { Row } from "../../store/rows.ts";

const lineChars = 85;
const linePixels = 26;

/** About how high a row will be, in pixels: right on average, so that the scroll bar hardly moves when rows are measured. */
export function estimatedHeight(row: Row): number {
  switch (row.kind) {
    case "text":
      return 16 + linePixels * Math.max(row.text.length / lineChars, 1);
    case "user":
      return 56 + linePixels * Math.min(14, Math.ceil(row.text.length / 60)) + (row.images.length > 0 ? 140 : 0);
    case "tool":
      return 52;
    case "thinking":
    case "summary":
      return 44;
    case "error":
      return 96;
    case "figures":
      return 40;
    case "working":
      return row.retry === undefined ? 40 : 84;
  }
}
