import { boot, type Clock, defineExtension, type Extension, type Kernel } from "@dispatch/kernel";
import opRegistry from "@dispatch/op-registry";
import { type ImplementedOp, Ops } from "@dispatch/op-registry/contract";
import { Conversations } from "@dispatch/session-orchestrator/contract";
import { bootOptions, RecordingLog, testExtension } from "@dispatch/testkit";
import { HttpAddress } from "./contract.ts";
import { memoryConversations } from "./conversations.fixture.ts";
import transportHttp from "./index.ts";

export interface ServerUnderTest extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly kernel: Kernel;
  readonly log: RecordingLog;
}

export interface ServerSetup {
  readonly config?: object;
  readonly conversations?: Partial<Conversations>;
  readonly ops?: readonly ImplementedOp[];
  readonly others?: readonly Extension[];
}

/** The door on a port of its own, on a kernel of its own, before conversations in memory. */
export async function startServer({ config = {}, conversations = {}, ops = [], others = [] }: ServerSetup = {}): Promise<ServerUnderTest> {
  const log = new RecordingLog();
  const extensions = [opRegistry, orchestrator(conversations), transportHttp, opsExtension(ops), ...others];
  const kernel = await boot(
    bootOptions(extensions, {
      config: { "op-registry": { checkOutputs: "all" }, "transport-http": { port: 0, ...config } },
      log,
      clock: systemClock,
    }),
  );
  const { url } = kernel.use(HttpAddress);
  return { url, port: Number(new URL(url).port), kernel, log, [Symbol.asyncDispose]: () => kernel[Symbol.asyncDispose]() };
}

/** Stands where the session-orchestrator stands. */
export const orchestrator = (instead: Partial<Conversations> = {}): Extension =>
  testExtension("session-orchestrator", {
    tier: "core",
    activate(host) {
      host.provide(Conversations, { ...memoryConversations(), ...instead });
    },
  });

const opsExtension = (ops: readonly ImplementedOp[]): Extension =>
  defineExtension({
    ...testExtension("test-ops"),
    dependsOn: ["op-registry"],
    activate(host) {
      for (const op of ops) host.contribute(Ops, op);
    },
  });

export const systemClock: Clock = {
  now: Date.now,
  monotonic: () => performance.now(),
  sleep(ms, signal) {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, ms);
    const wake = () => {
      clearTimeout(timer);
      resolve();
    };
    signal?.addEventListener("abort", wake, { once: true });
    if (signal?.aborted) wake();
    return promise;
  },
};
