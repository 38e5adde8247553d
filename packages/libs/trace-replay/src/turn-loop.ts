import type { runTurn } from "@dispatch/kernel";

/** What runs a turn: the kernel's `runTurn`, or whoever stands before it and looks on. */
export type TurnLoop = typeof runTurn;
