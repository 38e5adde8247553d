import { definePoint, type PointToken } from "@dispatch/kernel";

/** A part of the server that is no extension, and has a row behind theirs: a process of its own, say. It does not count as loaded. */
export interface LoadedPart {
  readonly name: string;
  readonly version: string;
  /** How it is now, in a few words: `active`, `failed: …`. */
  activation(): string;
  /** Calls whenever `activation` may say something else, until it is disposed. */
  watch(changed: () => void): Disposable;
}
export const LoadedParts: PointToken<LoadedPart> = definePoint<LoadedPart>("surface-loaded-extensions/parts", ({ name }) => name);
