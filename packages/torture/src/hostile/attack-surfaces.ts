import { SurfaceRegistry } from "@dispatch/surface-registry/contract";
import fc from "fast-check";
import { type Attack, sampled, shown, tryAll } from "./attack.ts";
import { hostileJson, hostileText } from "./hostile-values.ts";
import { problemOfCall } from "./judge.ts";
import { startWholeServer, type WholeServer } from "./whole-server.ts";

interface Invocation {
  readonly surfaceId: string;
  readonly actionId: string;
  readonly payload: unknown;
  readonly conversationId: string | undefined;
}

/** Actions of every surface with payloads that no client makes: taken or refused, and the surface can be read afterwards. */
export const attackSurfaces: Attack = {
  name: "surfaces",
  cases: { quick: 1_000, full: 40_000 },
  async run(cases, trial) {
    await using server = await startWholeServer();
    const registry = server.kernel.use(SurfaceRegistry);
    await tryAll(sampled(invocations(server), trial.seed, cases), 8, trial, async (one) => {
      const { surfaceId, actionId, payload, conversationId } = one;
      const problem = await problemOfCall(() => registry.invoke(surfaceId, actionId, payload, conversationId));
      const unread = await problemOfCall(() => registry.spec(surfaceId, conversationId));
      trial.judged(() => shown(one), problem ?? unread ?? server.takeDefects());
    });
  },
};

function invocations({ surfaces }: WholeServer): fc.Arbitrary<Invocation> {
  const known = surfaces().flatMap(({ id, actions }) =>
    [...Object.keys(actions), "nothing", "__proto__", "constructor"].map((actionId) => [id, actionId] as const),
  );
  const names = fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...known) }, { weight: 1, arbitrary: fc.tuple(hostileText, hostileText) });
  const payloads = fc.oneof(
    hostileJson,
    fc.constantFrom(undefined, true, 5, "5", { value: 5 }),
    hostileJson.map((value) => ({ value, approvalId: value, messageId: value, allow: true })),
  );
  const conversations = fc.constantFrom(undefined, "c1", "c2", "../c3", "");
  return fc
    .tuple(names, payloads, conversations)
    .map(([[surfaceId, actionId], payload, conversationId]) => ({ surfaceId, actionId, payload, conversationId }));
}
