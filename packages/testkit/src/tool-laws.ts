import assert from "node:assert/strict";
import {
  describe,
  Fault,
  type Json,
  resultText,
  type Tool,
  type ToolCall,
  type ToolResult,
  validate,
  type Workspace,
} from "@dispatch/kernel";
import type { Laws } from "./laws.ts";

export interface ToolUnderTest {
  readonly tool: Tool;
  readonly workspace: Workspace;
  /** Inputs as a model writes them that the tool carries out in this workspace. */
  readonly good: readonly Json[];
  /** Inputs that do not fit its schema. */
  readonly misfits: readonly Json[];
  /** Inputs that fit and that it must say no to. */
  readonly refused?: readonly Json[];
}

/** What every Tool must do. A tool's own tests say what its results are. */
export const toolLaws: Laws<ToolUnderTest> = {
  "its name is one that every provider takes": async (open) => {
    const { tool } = await open();
    assert.match(tool.name, /^[a-z][a-z0-9_]{0,63}$/);
  },
  "it has a deadline": async (open) => {
    const { tool } = await open();
    assert.ok(Number.isFinite(tool.timeoutMs) && tool.timeoutMs > 0);
  },
  "it describes itself and each field of its input": async (open) => {
    const { tool } = await open();
    assert.notEqual(tool.description.trim(), "");
    const schema = describe(tool.input) as {
      readonly type?: Json;
      readonly properties?: { readonly [name: string]: { description?: string } };
    };
    assert.equal(schema.type, "object");
    const unexplained = Object.entries(schema.properties ?? {}).filter(([, field]) => !field.description);
    assert.deepEqual(
      unexplained.map(([name]) => name),
      [],
    );
    assert.deepEqual(describe(tool.input), schema, "two descriptions of one schema differ");
  },
  "input that does not fit is refused with a problem that can be read": async (open) => {
    const { tool, misfits } = await open();
    assert.ok(misfits.length > 0, "the test gives no misfit");
    for (const misfit of misfits) {
      const checked = await validate(tool.input, misfit);
      assert.ok(!checked.ok && checked.problems.length > 0 && checked.problems.every((problem) => problem !== ""));
    }
  },
  "a good input gives text for the model, and details that survive JSON": async (open) => {
    const { good } = await open();
    assert.ok(good.length > 0, "the test gives no good input");
    for (const index of good.keys()) {
      const fresh = await open();
      const result = await run(fresh, fresh.good[index] ?? null);
      assert.ok(result.refused === undefined, `refused: ${resultText(result)}`);
      assert.notEqual(resultText(result), "");
      if (result.details !== undefined) assert.deepEqual(JSON.parse(JSON.stringify(result.details)), result.details);
    }
  },
  "an expected no is a refusal or a fault that says why": async (open) => {
    const { refused = [] } = await open();
    for (const index of refused.keys()) {
      const fresh = await open();
      const outcome = await settle(run(fresh, fresh.refused?.[index] ?? null));
      if (outcome.thrown === undefined) assert.equal(outcome.result?.refused, true);
      else assert.ok(Fault.is(outcome.thrown) && outcome.thrown.kind !== "defect" && outcome.thrown.message !== "");
    }
  },
  "a call that is aborted before it starts ends, and fails only with a fault": async (open) => {
    const subject = await open();
    const outcome = await settle(run(subject, subject.good[0] ?? null, AbortSignal.abort()));
    if (outcome.thrown !== undefined) assert.ok(Fault.is(outcome.thrown), String(outcome.thrown));
  },
};

async function run({ tool, workspace }: ToolUnderTest, input: Json, signal = new AbortController().signal): Promise<ToolResult> {
  const checked = await validate(tool.input, input);
  assert.ok(checked.ok, `does not fit: ${JSON.stringify(input)}`);
  return tool.run(checked.value, toolCall(workspace, signal));
}

const settle = (result: Promise<ToolResult>): Promise<{ readonly result?: ToolResult; readonly thrown?: unknown }> =>
  result.then(
    (result) => ({ result }),
    (thrown: unknown) => ({ thrown }),
  );

/** A call as a turn makes it. */
export function toolCall(workspace: Workspace, signal = new AbortController().signal, progress: ToolCall["progress"] = () => {}): ToolCall {
  return { id: "call-1", conversationId: "c1", turnId: "turn-1", workspace, signal, progress };
}
