import type { ApprovalScope } from "./approval.ts";

/** What tools may do without being asked about: look, change the working directory, everything. */
export type PolicyMode = "read-only" | "workspace-write" | "full";
/** What happens to a call that leaves the mode: a person is asked, it is refused, it is made and recorded. */
export type ApprovalMode = "ask" | "never" | "auto";
/** What a command may reach beyond its working directory. */
export type CommandReach = "network" | "everything";

/** What every field that is there says of a call must fit. Deny before ask, ask before allow, allow before the mode. */
export interface PolicyRule {
  readonly id: string;
  readonly effect: "allow" | "ask" | "deny";
  /** A name with `*`. */
  readonly tool?: string;
  /** A glob, relative to the working directory or absolute. Beside `command`: the folder that it runs in. */
  readonly path?: string;
  /** The first words of a command, as a shell reads them. */
  readonly command?: string;
  /** Those are all its words. */
  readonly exact?: boolean;
  /** How far an allowed command may reach. Absent: as far as it asks to. */
  readonly reach?: CommandReach;
  /** A host; `*.example.org` for those below it. */
  readonly host?: string;
  readonly scope: Exclude<ApprovalScope, "once">;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  /** Who set it. */
  readonly by: string;
}

export interface PolicyDecision {
  readonly decision: "allow" | "ask" | "deny";
  /** One sentence. */
  readonly reason: string;
  /** The rule that decided. */
  readonly rule: string | null;
}
