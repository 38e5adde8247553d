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
}

/** What to spawn, as leader of a session (`detached`). To be disposed when the process has ended. */
export interface SpawnOrder extends Disposable {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: { readonly [name: string]: string };
  /** Present when the program runs confined. */
  readonly confined?: {
    /** The descriptor of the child on which the wrapper writes how the program ended: a pipe's write end has to be handed over there. */
    readonly reportFd: number;
    /** How many processes of the family are the sandbox's own while the program runs, and after it. */
    readonly ownProcesses: number;
  };
  /** To be told once the process runs: from then on its family is watched, and ended as a whole when it outgrows a limit. */
  started(pid: number): void;
  /** The limit that the family was ended for, as a sentence. */
  outgrown(): string | undefined;
}

export interface Sandbox {
  /** Looked up once, by really starting something in it. */
  state(): Promise<SandboxState>;
  /**
   * What to spawn for a program, once `ShapeConfinement` has said what it may reach.
   * Faults: `sandbox/unavailable` (denied) when it must be confined and cannot be.
   */
  confine(program: Program, context: ConfinementContext): Promise<SpawnOrder>;
  /** The families that run now and can reach the server's own ports: those that are free or have the network. Leaders' process ids. */
  reaching(): readonly number[];
}
export const Sandbox: ServiceToken<Sandbox> = defineService<Sandbox>("sandbox/sandbox");
