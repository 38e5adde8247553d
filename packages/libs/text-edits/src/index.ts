export { type Applied, applyEdits } from "./apply-edits.ts";
export type { Edit } from "./replace-text.ts";
export { bytesOf, type FileText, textOf } from "./text-bytes.ts";
