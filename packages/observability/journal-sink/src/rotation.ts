import { readdir, rename, rm } from "node:fs/promises";
import { basename, dirname } from "node:path";

export const segmentsMax = 20;

/** Takes the journal's name from the active segment: it becomes `<path>.<n>`, n beyond every other, and the oldest beyond the bound are deleted. */
export async function rotate(path: string): Promise<void> {
  const numbers = await rotatedSegments(path);
  const next = (numbers.at(-1) ?? 0) + 1;
  await rename(path, `${path}.${next}`);
  const old = [...numbers, next].slice(0, -segmentsMax);
  await Promise.all(old.map((number) => rm(`${path}.${number}`, { force: true })));
}

/** The numbers of the rotated segments, oldest first. */
export async function rotatedSegments(path: string): Promise<readonly number[]> {
  const name = `${basename(path)}.`;
  const numbers = (await readdir(dirname(path)))
    .filter((file) => file.startsWith(name) && /^[1-9]\d{0,14}$/.test(file.slice(name.length)))
    .map((file) => Number(file.slice(name.length)));
  return numbers.sort((a, b) => a - b);
}
