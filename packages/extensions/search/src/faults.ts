import { type Fault, fault } from "@dispatch/kernel";

/** A healthy database that another program, or another part of Dispatch, wrote: it is left alone. */
export const notOurs = (path: string): Fault =>
  fault(
    "unavailable",
    "search/not-ours",
    `${path} is a database of something else, so nothing can be searched. Move it away; the index is then made anew by itself.`,
    { data: { path } },
  );

/** Told at each search until it can be opened; conversations are not concerned. */
export const noIndex = (path: string, cause: unknown): Fault =>
  fault(
    "unavailable",
    "search/no-index",
    `The search index ${path} cannot be used (${cause instanceof Error ? cause.message : String(cause)}). Check its folder and the free space; it is tried again by itself.`,
    { cause, data: { path } },
  );
