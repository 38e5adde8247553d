import type { Extension, Storage } from "@dispatch/kernel";
import { OpRegistry } from "@dispatch/op-registry/contract";
import secrets, { SecretValues } from "@dispatch/secrets";
import type { Submission } from "@dispatch/session-orchestrator/contract";
import { openDesk, type Desk as TurnDesk } from "@dispatch/session-orchestrator/fixture";
import { MemoryStorage, part } from "@dispatch/testkit";
import type { Op } from "@dispatch/transport-contract";
import systemPrompt from "./index.ts";

/** The extension among those it stands on, around a model that only says hello. */
export interface Desk extends TurnDesk {
  /** Runs a turn to its end and gives the system prompt that the model read; `undefined` when it was not asked. */
  turn(submission: Partial<Submission>): Promise<string | undefined>;
  call<Input, Output>(op: Op<Input, Output>, input: Input): Promise<Output>;
}

const turnsMax = 20;
/** What no prompt may hold. */
export const secretOfTheDesk = "a-secret-of-the-desk-0001";

export async function openPromptDesk({
  storage = new MemoryStorage(),
  extensions = [],
}: {
  readonly storage?: Storage;
  readonly extensions?: readonly Extension[];
} = {}): Promise<Desk> {
  const answers = Array.from({ length: turnsMax }, () => [part.text("Hello."), part.finish("stop")]);
  const desk = await openDesk({
    answers,
    storage,
    extensions: [secrets(new SecretValues([secretOfTheDesk])), systemPrompt, ...extensions],
  });
  const registry = desk.kernel.use(OpRegistry);
  const context = { signal: new AbortController().signal, caller: { name: "local", via: "internal" } };
  return {
    ...desk,
    async turn(submission) {
      const asked = desk.model.requests.length;
      const { events } = await desk.conversations.submit({ conversationId: "c", text: "Hi", ...submission });
      await Array.fromAsync(events);
      return desk.model.requests[asked]?.system;
    },
    call: async <Input, Output>(op: Op<Input, Output>, input: Input) => (await registry.call(op.id, input, context)) as Output,
  };
}
