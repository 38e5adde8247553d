import { contentChunk, ending, reasoningChunk, roleChunk, textAnswer, toolCallAnswer } from "@dispatch/testkit";
import { compaction, foldedTurn } from "./compaction-scenes.ts";
import { shownTo, stepsOf } from "./model-view.ts";
import { answerBook, type Scene } from "./scene.ts";

const call = (id: string, name: string, input: object) => toolCallAnswer([{ id, name, arguments: JSON.stringify(input) }], 4_096);
const shortAnswer = textAnswer(["I go ", "on."]);

const copySteps = [
  reasoningChunk("Let me see. ") + contentChunk("I read it first. ") + call("read-1", "read_file", { path: "greeting.txt" }),
  contentChunk("Now the copy. ") + call("write-1", "write_file", { path: "copy.txt", content: "hello", overwrite: true }),
  textAnswer("The file says hello, and its copy is written.".split(/(?<= )/)),
];

const tools: Scene = {
  name: "tools",
  conversations: ["c1"],
  answer: answerBook({ "Copy the greeting.": copySteps }, shortAnswer),
  async act(people) {
    await people.say("c1", "Copy the greeting.");
    await people.title("c1", "Greetings");
  },
};

const manyCalls = [
  toolCallAnswer(
    [1, 2, 3, 4].map((n) => ({ id: `many-${n}`, name: n % 2 === 0 ? "write_file" : "read_file", arguments: JSON.stringify(manyInput(n)) })),
  ),
  textAnswer(["All ", "four ", "are done."]),
];
function manyInput(n: number): object {
  return n % 2 === 0 ? { path: `out-${n}.txt`, content: `${n}`, overwrite: true } : { path: "greeting.txt", offset: n };
}

const calls: Scene = {
  name: "four calls in a step",
  conversations: ["c1"],
  answer: answerBook(
    { "Do all four.": manyCalls.flatMap((answer, index) => (index === 0 ? Array(4).fill(answer) : [answer])) },
    shortAnswer,
  ),
  act: async (people) => void (await people.say("c1", "Do all four.")),
};

/** One message steers, one waits for the end, one is taken back. */
const queue: Scene = {
  name: "queue and steering",
  conversations: ["c1"],
  steers: true,
  answer: answerBook({ "Copy the greeting.": copySteps, "Then this.": [textAnswer(["That ", "too."])] }, shortAnswer),
  async meanwhile(request, people) {
    const { prompt, results } = stepsOf(request, ["Copy the greeting.", "Then this."]);
    if (prompt !== "Copy the greeting.") return;
    if (results === 0) await people.queue("c1", "Be polite.");
    if (results === 1) {
      const id = await people.queue("c1", "Never mind.");
      if (id !== undefined) await people.cancel("c1", "Never mind.", id);
      await people.queue("c1", "And hurry.");
    }
    if (results === 2) await people.queue("c1", "Then this.");
  },
  async act(people) {
    await people.say("c1", "Copy the greeting.");
    await people.seen("c1", (event) => event.type === "user-message" && event.text.includes("Then this."));
    await people.api.get("/conversations/c1/last?timeoutMs=10000").catch(() => {});
  },
};

const stop: Scene = {
  name: "stop while it streams, with a queue",
  conversations: ["c1"],
  steers: true,
  answer(request) {
    const { prompt } = stepsOf(request, ["Tell me all.", "Go on now.", "Still there?"]);
    const text = roleChunk() + ["One. ", "Two. ", "Three. "].map(contentChunk).join("");
    return prompt === "Tell me all." ? { steps: [text, { pauseMs: 60 }, contentChunk("Four."), ending("stop")] } : shortAnswer;
  },
  async act(people) {
    const said = people.say("c1", "Tell me all.");
    await people.seen("c1", ({ type }) => type === "text-delta");
    await people.queue("c1", "For later.");
    await people.stop("c1");
    await said;
    await people.say("c1", "Still there?");
  },
};

const stopTool: Scene = {
  name: "stop while a command runs",
  conversations: ["c1"],
  environment: { DISPATCH_POLICY_MODE: "full" },
  answer: answerBook(
    { "Wait a while.": [call("wait-1", "run_shell", { command: "echo begun; sleep 0.1; echo over" }), shortAnswer] },
    shortAnswer,
  ),
  async act(people) {
    const said = people.say("c1", "Wait a while.");
    await people.seen("c1", ({ type }) => type === "tool-output" || type === "tool-result");
    await people.stop("c1");
    await said;
  },
};

const close: Scene = {
  name: "close in the middle of a turn",
  conversations: ["c1"],
  steers: true,
  answer(request) {
    const { prompt } = stepsOf(request, ["Tell me all.", "Go on now."]);
    if (prompt !== "Tell me all.") return shortAnswer;
    return { steps: [roleChunk() + contentChunk("One. "), { pauseMs: 60 }, contentChunk("Two."), ending("stop")] };
  },
  async act(people) {
    const said = people.say("c1", "Tell me all.");
    await people.seen("c1", ({ type }) => type === "text-delta");
    await people.queue("c1", "For later.");
    await people.close("c1");
    await said;
  },
};

const together: Scene = {
  name: "three conversations at once",
  conversations: ["c1", "c2", "c3"],
  answer(request) {
    const words = String(shownTo(request).findLast(({ role }) => role === "user")?.content);
    return textAnswer(Array.from({ length: 12 }, (_, n) => `${words} ${n}. `));
  },
  async act(people) {
    await Promise.all(["c1", "c2", "c3"].map((id) => people.say(id, `I am ${id}.`)));
  },
};

const cut: Scene = {
  name: "an answer that is cut in the middle",
  conversations: ["c1"],
  answer(request) {
    const { prompt } = stepsOf(request, ["Tell me all.", "Go on now."]);
    return prompt === "Tell me all." ? { steps: [roleChunk() + contentChunk("One. ") + contentChunk("Two"), "cut"] } : shortAnswer;
  },
  act: async (people) => void (await people.say("c1", "Tell me all.")),
};

/** The folder's own settings may be written only when a person says so. */
const question: Scene = {
  name: "a question that is answered",
  conversations: ["c1"],
  answer: answerBook(
    {
      "Set it up.": [
        contentChunk("I need your word. ") + call("ask-1", "write_file", { path: ".dispatch/lsp.json", content: "{}", overwrite: true }),
        textAnswer(["It is ", "set up."]),
      ],
      "Go on now.": [shortAnswer],
    },
    shortAnswer,
  ),
  async act(people) {
    const said = people.say("c1", "Set it up.");
    await people.allow("c1", said);
    await said;
  },
};

export const scenes: readonly Scene[] = [tools, question, calls, queue, stop, stopTool, close, together, cut, compaction, foldedTurn];

const longSteps = 60;
const longChars = 60_000;

/** Writes enough for the write-ahead log to move into the file more than once. */
export const longTurn: Scene = {
  name: "a turn of sixty large steps",
  conversations: ["c1"],
  answer: answerBook(
    {
      "Write it all.": [
        ...Array.from({ length: longSteps }, (_, n) =>
          call(`long-${n}`, "write_file", { path: "long.txt", content: `${n}`.padEnd(longChars, "x"), overwrite: true }),
        ),
        shortAnswer,
      ],
      "Go on now.": [shortAnswer],
    },
    shortAnswer,
  ),
  act: async (people) => void (await people.say("c1", "Write it all.")),
};
