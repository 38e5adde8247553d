import type { MessagePart } from "@dispatch/kernel";
import type { Submission } from "./contract.ts";
import { type EventWriter, share } from "./drive-turn.ts";
import type { Ports } from "./ports.ts";
import { promptEvent } from "./replay.ts";

/** Stages the prompt, the open turn and what the submission changes of the conversation, for one commit. Gives the turn's id. */
export function stageTurn(
  writer: EventWriter,
  conversationId: string,
  { text, images = [], model, cwd, computerId, reasoningEffort, workspaceId }: Submission,
  ports: Ports,
): string {
  const turnId = ports.newTurnId();
  const isNew = writer.state.record === undefined;
  const parts: MessagePart[] = images.map((image) => ({ chunk: { type: "image", ...image } }));
  if (text !== "" || parts.length === 0) parts.unshift({ chunk: { type: "text", text } });
  writer.change({
    status: "active",
    ...(cwd === undefined ? {} : { cwd }),
    ...(computerId === undefined ? {} : { computerId }),
    ...(isNew && workspaceId !== undefined && workspaceId !== "" ? { workspaceId } : {}),
    ...(model !== undefined && resolves(model, ports) ? { model } : {}),
  });
  const open = writer.openTurn(
    {
      turnId,
      startedAt: ports.clock.now(),
      promptText: text,
      ...(model === undefined ? {} : { modelName: model }),
      ...(reasoningEffort === undefined ? {} : { reasoningEffort }),
    },
    { id: ports.newId(), role: "user", parts },
  );
  writer.note(share(promptEvent(conversationId, open)));
  return turnId;
}

function resolves(model: string, { catalog }: Ports): boolean {
  try {
    return catalog.resolve(model) !== undefined;
  } catch {
    // The turn itself says what is wrong with the name.
    return false;
  }
}
