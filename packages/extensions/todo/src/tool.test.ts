import { resultText, validate } from "@dispatch/kernel";
import { FaultInjector, MemoryStorage, MemoryStore, MemoryWorkspace, toolCall, toolLaws } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { todoBoard } from "./board.ts";
import { todoWrite } from "./tool.ts";

const plan = { content: "Plan", status: "completed", priority: "high" };
const build = { content: "Build", status: "in_progress" };

const open = async () => ({
  tool: todoWrite(todoBoard(new MemoryStore())),
  workspace: new MemoryWorkspace(),
  good: [{ todos: [plan, build] }, { todos: [] }, { todos: Array(200).fill(build) }, { todos: [plan], later: true }],
  misfits: [
    {},
    { todos: "Plan" },
    { todos: [{ content: "Plan" }] },
    { todos: [{ ...plan, status: "done" }] },
    { todos: [{ ...plan, priority: "urgent" }] },
    { todos: [{ ...plan, content: 1 }] },
    { todos: [{ ...plan, content: "x".repeat(2_001) }] },
    { todos: Array(201).fill(build) },
  ],
});

for (const [law, hold] of Object.entries(toolLaws)) test(law, () => hold(open));

async function write(todos: readonly object[], store = new MemoryStore()) {
  const board = todoBoard(store);
  const tool = todoWrite(board);
  const checked = await validate(tool.input, { todos });
  const result = await tool.run(checked.ok ? checked.value : expect.fail(), toolCall(new MemoryWorkspace()));
  return { board, result, store };
}

test("the result is the list as JSON indented by two, each task with its priority", async () => {
  const { result } = await write([plan, build]);
  expect(resultText(result)).toBe(JSON.stringify([plan, { ...build, priority: "medium" }], null, 2));
});

test("a list replaces the one before, belongs to its conversation and survives the process", async () => {
  const { store } = await write([plan, build]);
  await write([{ ...build, status: "completed" }], store);
  const later = todoBoard(store);
  expect(await later.items("c1")).toEqual([{ content: "Build", status: "completed", priority: "medium" }]);
  expect(await later.items("c2")).toEqual([]);
});

test("an empty list leaves nothing behind", async () => {
  const { store } = await write([plan]);
  const { result, board } = await write([], store);
  expect(resultText(result)).toBe("[]");
  expect(await board.items("c1")).toEqual([]);
  expect(await Array.fromAsync(store.scan({ prefix: "" }))).toEqual([]);
});

test("a list that cannot be stored is a fault, the one before stays and nobody is told of a change", async () => {
  const storage = new FaultInjector(new MemoryStorage());
  const board = todoBoard(await storage.open("todo"));
  await board.replace("c1", [{ content: "Plan", status: "pending", priority: "low" }]);
  const changes = board.changes(new AbortController().signal)[Symbol.asyncIterator]();
  storage.arm({ operation: "commit", at: 1, when: "before" });
  await expect(board.replace("c1", [])).rejects.toMatchObject({ kind: "unavailable" });
  expect(await board.items("c1")).toHaveLength(1);
  await board.replace("c2", []);
  expect(await changes.next()).toEqual({ done: false, value: "c2" });
});
