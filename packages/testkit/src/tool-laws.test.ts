import { defineTool, refuse, type Schema, say } from "@dispatch/kernel";
import { expect, test } from "vitest";
import { MemoryWorkspace } from "./memory-workspace.ts";
import { toolLaws } from "./tool-laws.ts";

const described = { type: "object", properties: { path: { type: "string", description: "The file." } } };
const pathInput = (schema: Record<string, unknown>): Schema<{ path: string }> => ({
  "~standard": {
    version: 1,
    vendor: "test",
    validate: (value) =>
      typeof (value as { path?: unknown } | null)?.path === "string"
        ? { value: value as { path: string } }
        : { issues: [{ message: "expected a string", path: ["path"] }] },
    jsonSchema: { input: () => schema, output: () => schema },
  },
});
const open = async (schema = described, fail?: Error) => ({
  tool: defineTool<{ path: string }>({
    name: "show",
    description: "Shows a file.",
    input: pathInput(schema),
    effect: "read",
    timeoutMs: 1_000,
    async run({ path }, call) {
      if (fail && call.signal.aborted) throw fail;
      if ((await call.workspace.resolve(path)) === undefined) return refuse(`${path} is outside.`);
      return say(new TextDecoder().decode(await call.workspace.read(path)), { path });
    },
  }),
  workspace: new MemoryWorkspace({ "a.txt": "hello" }),
  good: [{ path: "a.txt" }],
  misfits: [{}, { path: 1 }, null],
  refused: [{ path: "../x" }, { path: "missing.txt" }],
});

for (const [law, hold] of Object.entries(toolLaws)) test(law, () => hold(() => open()));

test("a field without a description is found", async () => {
  const law = toolLaws["it describes itself and each field of its input"];
  await expect(law?.(() => open({ type: "object", properties: { path: { type: "string", description: "" } } }))).rejects.toThrow();
});

test("a tool that dies of an abort is found", async () => {
  const law = toolLaws["a call that is aborted before it starts ends, and fails only with a fault"];
  await expect(law?.(() => open(described, new TypeError("undefined is not an object")))).rejects.toThrow();
});
