import { noteName, noteText } from "../fake-model/notes.ts";
import { scriptOf } from "../fake-model/script.ts";
import { earlierMessages } from "../history.ts";
import type { Contestant, TurnOrder } from "./contestant.ts";
import { readText } from "./read-text.ts";

/** The least that any client must do: send the requests and read the bytes. It knows beforehand what the model will call. */
export function floor(modelUrl: string): Contestant {
  const prepared = new Map<string, readonly string[]>();
  const bodiesFor = (order: TurnOrder): readonly string[] => {
    const key = JSON.stringify(order);
    const bodies = prepared.get(key) ?? requestBodies(order);
    prepared.set(key, bodies);
    return bodies;
  };
  return async (order, see) => {
    for (const body of bodiesFor(order)) {
      const headers = { "content-type": "application/json", authorization: "Bearer bench" };
      await readText(await fetch(`${modelUrl}/chat/completions`, { method: "POST", headers, body }), see);
    }
  };
}

const tools = [
  {
    type: "function",
    function: {
      name: "read_file",
      description: "Read a text file as numbered lines.",
      parameters: { type: "object", properties: { path: { type: "string" } }, required: ["path"] },
    },
  },
];

/** One body a step: each repeats all that came before it, as the protocol of the model server wants. */
function requestBodies({ model, prompt, earlier = 0 }: TurnOrder): readonly string[] {
  const messages: object[] = [
    ...earlierMessages(earlier).map(({ role, text }) => ({ role, content: text })),
    { role: "user", content: prompt },
  ];
  const body = () => JSON.stringify({ model, messages, tools, tool_choice: "auto", stream: true, stream_options: { include_usage: true } });
  const script = scriptOf(model);
  const bodies = [body()];
  if (script?.kind !== "reads") return bodies;
  for (let step = 0; step < script.steps; step += 1) {
    const reads = Array.from({ length: script.readsPerStep }, (_, at) => step * script.readsPerStep + at);
    messages.push({ role: "assistant", content: null, tool_calls: reads.map(readCall) });
    for (const index of reads) messages.push({ role: "tool", tool_call_id: `call-${index}`, content: noteText(index) });
    bodies.push(body());
  }
  return bodies;
}

const readCall = (index: number) => ({
  id: `call-${index}`,
  type: "function",
  function: { name: "read_file", arguments: JSON.stringify({ path: noteName(index) }) },
});
