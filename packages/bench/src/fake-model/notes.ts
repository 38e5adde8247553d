import { mkdir } from "node:fs/promises";
import { join } from "node:path";

/** The small files that the workload of reads is about. */
export const noteName = (index: number): string => `note-${String(index).padStart(3, "0")}.txt`;

const linesPerNote = 20;

export function noteText(index: number): string {
  return Array.from({ length: linesPerNote }, (_, line) => `line ${line + 1} of note ${index}: nothing of importance\n`).join("");
}

export async function writeNotes(folder: string, count: number): Promise<void> {
  await mkdir(folder, { recursive: true });
  await Promise.all(Array.from({ length: count }, (_, index) => Bun.write(join(folder, noteName(index)), noteText(index))));
}
