import { realpath } from "node:fs/promises";
import { type Clock, fault } from "@dispatch/kernel";
import { bubblewrapWords, type View } from "./bubblewrap.ts";
import { closedPaths } from "./closed-paths.ts";
import type { Confinement, ConfinementContext, Program, Sandbox, SandboxState, SpawnOrder } from "./contract.ts";
import { FamilyWatch, type Watched } from "./family-watch.ts";
import { type GitGuard, guardGit, removeUnwanted } from "./git-folders.ts";
import type { Limits } from "./limits.ts";
import { within } from "./paths.ts";
import { ceilProcesses, mayCeil } from "./process-ceiling.ts";
import { type Found, findProgram, tryBubblewrap } from "./try-bubblewrap.ts";
import { limitingScript, ownProcesses, parseReport, reportFd, wrapperScript } from "./wrapper.ts";

export interface LocalSandboxOptions {
  readonly mode: "auto" | "off";
  /** Files and folders of the server's own. */
  readonly hidden: readonly string[];
  readonly limits: Limits;
  readonly clock: Clock;
  /** Of whoever runs the server. */
  readonly home?: string;
  shape(strictest: Confinement, context: ConfinementContext): Promise<Confinement>;
  /** A command tried to have git run code later, and what it made for that is gone. */
  removed(paths: readonly string[], context: ConfinementContext): void;
}

type Confined = Extract<Confinement, { readonly kind: "confined" }>;

const lastWordsMs = 2_000;
const temporaryFolders: readonly string[] = ["/tmp", "/var/tmp", "/run"];

/** Confines by bubblewrap, where that works. */
export class LocalSandbox implements Sandbox {
  readonly #options: LocalSandboxOptions;
  readonly #watch: FamilyWatch;
  readonly #reaching = new Set<number>();
  #found: Promise<Found> | undefined;

  constructor(options: LocalSandboxOptions) {
    this.#options = options;
    this.#watch = new FamilyWatch(options.clock, options.limits);
  }

  async state(): Promise<SandboxState> {
    return (await this.#look()).state;
  }

  async confine(program: Program, context: ConfinementContext): Promise<SpawnOrder> {
    const strictest: Confinement = { kind: "confined", writable: [context.root], network: false };
    const confinement = await this.#options.shape(strictest, context);
    if (confinement.kind === "free") return this.#order(program, { ownProcesses: 0, reaches: true });
    const { state, abilities } = await this.#look();
    if (!state.available) throw unavailable(state);
    const writable = await outermostReal(confinement.writable);
    const guard = await guardGit(writable);
    const view = await this.#viewOf(program, context, { ...confinement, writable }, guard);
    const { limits } = this.#options;
    const script = program.reports === false ? limitingScript(limits) : wrapperScript(limits);
    const argv = [state.program, ...bubblewrapWords(view, limits, abilities), "--", "/bin/sh", "-c", script, "sh", ...program.argv];
    return this.#order(
      { ...program, argv, cwd: "/", env: { ...program.env, TMPDIR: "/tmp", XDG_CACHE_HOME: "/tmp/.cache" } },
      {
        ownProcesses: program.reports === false ? ownProcesses - 1 : ownProcesses,
        reaches: confinement.network,
        ended: () => this.#tidy(guard, context),
      },
    );
  }

  reaching(): readonly number[] {
    return [...this.#reaching];
  }

  #look(): Promise<Found> {
    this.#found ??= this.#options.mode === "off" ? Promise.resolve(switchedOff) : tryBubblewrap(findProgram());
    return this.#found;
  }

  async #viewOf(program: Program, context: ConfinementContext, { writable, network }: Confined, guard: GitGuard): Promise<View> {
    const { hidden, home } = this.#options;
    const [closed, temporary] = await Promise.all([
      closedPaths(hidden, home, [...writable, context.root, program.cwd]),
      outermostReal(temporaryFolders),
    ]);
    const readable = context.scratch === undefined ? [] : [context.scratch];
    const gone = [...temporary, ...closed.hiddenAround];
    const back = [context.root, program.cwd].filter((path) => gone.some((folder) => within(folder, path)) && !temporary.includes(path));
    return { ...closed, writable, pinned: guard.pinned, readOnly: guard.readOnly, readable, back, temporary, network, cwd: program.cwd };
  }

  #order({ argv, cwd, env, reports }: Program, { ownProcesses: own, reaches, ended }: Duties): SpawnOrder {
    let watched: Watched | undefined;
    return {
      argv,
      cwd,
      env,
      ownProcesses: own,
      ...(own > 0 && reports !== false && { reportFd }),
      endingOf: parseReport,
      started: (pid) => {
        watched = { pid, own, outgrown: undefined };
        this.#watch.add(watched);
        if (reaches) this.#reaching.add(pid);
        if (own > 0 && mayCeil(process.getuid?.())) void ceilProcesses(pid, this.#options.limits.processesMax);
      },
      outgrown: () => watched?.outgrown,
      [Symbol.dispose]: () => {
        if (watched !== undefined) this.#leave(watched);
        ended?.();
      },
    };
  }

  /** What a family sent last may be read only after its end. */
  #leave(watched: Watched): void {
    this.#watch.remove(watched);
    if (this.#reaching.has(watched.pid)) void this.#options.clock.sleep(lastWordsMs).then(() => this.#reaching.delete(watched.pid));
  }

  #tidy(guard: GitGuard, context: ConfinementContext): void {
    const removed = removeUnwanted(guard);
    if (removed.length > 0) this.#options.removed(removed, context);
  }
}

interface Duties {
  readonly ownProcesses: number;
  /** Whether it can reach the server's own ports. */
  readonly reaches: boolean;
  readonly ended?: () => void;
}

const switchedOff: Found = {
  state: { available: false, reason: "DISPATCH_SANDBOX is off", hint: "Set DISPATCH_SANDBOX=auto and restart the server." },
  abilities: { disableUserns: false },
};

function unavailable({ reason, hint }: Extract<SandboxState, { readonly available: false }>) {
  const message = `The command was not run: it has to be confined, and that cannot be done, because ${reason}. Tell the person: ${hint}`;
  return fault("denied", "sandbox/unavailable", message);
}

/** Of those that are there. The whole machine is never writable: what is hidden of it would come back. */
async function outermostReal(folders: readonly string[]): Promise<readonly string[]> {
  const real = (await Promise.all(folders.map((folder) => realpath(folder).catch(() => "/")))).filter((folder) => folder !== "/");
  const distinct = [...new Set(real)].sort();
  return distinct.filter((one) => !distinct.some((other) => other !== one && within(other, one)));
}
