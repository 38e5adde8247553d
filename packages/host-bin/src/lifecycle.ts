import type { Clock } from "@dispatch/kernel";
import { TurnTaking } from "@dispatch/session-orchestrator/contract";
import type { ServiceManager } from "./notify-socket.ts";
import type { Server } from "./server.ts";

export interface LifecyclePorts {
  readonly manager: ServiceManager;
  readonly clock: Clock;
  readonly graceMs: number;
  say(text: string): void;
  exit(code: number): void;
}

/** What closing may take behind the grace: the manager is asked to wait that long. */
const closeMsMax = 20_000;

/** How a server that stands lives and leaves. */
export interface Lifecycle {
  /**
   * Takes no more turns, lets those that run finish within the grace, leaves the rest to be resumed, closes everything, and exits with 0; with 1 if
   * something could not be closed. A second time it exits with 1 at once.
   */
  leave(): Promise<void>;
  /** Reads the configuration again and says what counts now and what needs a restart. */
  reload(): Promise<void>;
}

/** Tells the manager that the server stands, and from then on that it lives. */
export function beginLife(server: Pick<Server, "kernel" | "reload" | typeof Symbol.asyncDispose>, ports: LifecyclePorts): Lifecycle {
  const { manager, say, exit } = ports;
  let leaving = false;
  let reloading: Promise<void> = Promise.resolve();
  manager.tell("READY=1\n");
  void watch(ports);
  const reload = async () => {
    if (leaving) return;
    manager.tell(`RELOADING=1\nMONOTONIC_USEC=${manager.monotonicUsec()}\n`);
    try {
      for (const line of await server.reload()) say(`reload: ${line}`);
    } catch (thrown) {
      say(`reload: Nothing was changed: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
    }
    manager.tell("READY=1\n");
  };
  return {
    async leave() {
      if (leaving) return exit(1);
      leaving = true;
      manager.tell(`STOPPING=1\nEXTEND_TIMEOUT_USEC=${(ports.graceMs + closeMsMax) * 1_000}\n`);
      try {
        await finishTurns(server.kernel.use(TurnTaking), ports);
        await server[Symbol.asyncDispose]();
      } catch (thrown) {
        say(`Not everything could be closed: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
        return exit(1);
      }
      exit(0);
    },
    reload: () => {
      reloading = reloading.then(reload);
      return reloading;
    },
  };
}

async function finishTurns(turns: TurnTaking, { clock, graceMs, say, manager }: LifecyclePorts): Promise<void> {
  turns.end();
  const running = await turns.settled(AbortSignal.abort());
  if (running === 0) return;
  const within = `${graceMs / 1_000} s`;
  manager.tell(`STATUS=Waiting at most ${within} for ${running} running turns\n`);
  say(`Waiting at most ${within} for what runs (${running}); a second signal ends at once.`);
  const over = new AbortController();
  const finished = new AbortController();
  void clock.sleep(graceMs, finished.signal).then(() => over.abort());
  const left = await turns.settled(over.signal);
  finished.abort();
  if (left > 0) say(`The grace is over: ${left} left to be resumed at the next start.`);
}

/** A server whose event loop hangs says nothing, and its manager starts it again. */
async function watch({ manager: { watchdogMs, tell }, clock }: LifecyclePorts): Promise<void> {
  if (watchdogMs === undefined) return;
  for (;;) {
    await clock.sleep(watchdogMs / 3);
    tell("WATCHDOG=1\n");
  }
}
