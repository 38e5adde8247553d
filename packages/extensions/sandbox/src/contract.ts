import { defineService, defineTransform, type ServiceToken, type TransformToken } from "@dispatch/kernel";

/** What the processes of one tool call may reach. */
export type Confinement =
  | {
      readonly kind: "confined";
      /** Absolute real folders, each with all below it. Everything else is read-only, out of sight, or temporary. */
      readonly writable: readonly string[];
      /** Without it there is no network but the process's own loopback. */
      readonly network: boolean;
    }
  /** All rights of the server's user: a person allowed it, or the mode is full. */
  | { readonly kind: "free" };

export interface ConfinementContext {
  readonly conversationId: string;
  readonly turnId: string;
  readonly toolCallId: string;
  /** Absolute real path of the working directory. */
  readonly root: string;
  /** The conversation's own scratch folder, which it may read; those of others are out of sight. */
  readonly scratch?: string;
}

/**
 * Shapes what the processes of a call may reach. Comes in as the strictest that works: the working directory writable, no network. A throw
 * leaves it so.
 */
export const ShapeConfinement: TransformToken<Confinement, ConfinementContext> = defineTransform<Confinement, ConfinementContext>(
  "sandbox/shape-confinement",
);

export type SandboxState =
  | { readonly available: true; readonly program: string; readonly version: string }
  /** `hint` says what a person can do about it. */
  | { readonly available: false; readonly reason: string; readonly hint: string };

export interface Program {
  readonly argv: readonly string[];
  /** Absolute. */
  readonly cwd: string;
  readonly env: { readonly [name: string]: string };
  /** `false`: nobody listens to how it ends but its parent, as with a program that serves. */
  readonly reports?: false;
}

/** What to spawn, as leader of a session (`detached`). To be disposed when the process has ended. */
export interface SpawnOrder extends Disposable {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: { readonly [name: string]: string };
  /** How many processes of the family are the sandbox's own while the program runs, and while its ending is told; 0 for a program that is free. */
  readonly ownProcesses: number;
  /**
   * The child's descriptor on which the sandbox writes how the program ended, to be read by `endingOf`; then it waits to be killed, so that what is
   * left in the background can be given its time. Absent: the process ends with its program.
   */
  readonly reportFd?: number;
  /** How the program ended, by all that was written there; `undefined` when the sandbox was ended before it could tell. */
  endingOf(report: string): Ending | undefined;
  /** To be told once the process runs: from then on its family is watched, and ended as a whole when it outgrows a limit. */
  started(pid: number): void;
  /** The limit that the family was ended for, as a sentence. */
  outgrown(): string | undefined;
}

export interface Ending {
  /** As a shell counts: 128 and the signal's number when a signal ended it. */
  readonly code: number;
  readonly signal?: string;
}

export interface Sandbox {
  /** Looked up once, by really starting something in it. */
  state(): Promise<SandboxState>;
  /**
   * What to spawn for a program, once `ShapeConfinement` has said what it may reach.
   * Faults: `sandbox/unavailable` (denied) when it must be confined and cannot be, `sandbox/too-many-folders` (limited).
   */
  confine(program: Program, context: ConfinementContext): Promise<SpawnOrder>;
  /** The families that can reach the server's own ports, because they are free or have the network, also a moment after their end. Leaders' process ids. */
  reaching(): readonly number[];
}
export const Sandbox: ServiceToken<Sandbox> = defineService<Sandbox>("sandbox/sandbox");
