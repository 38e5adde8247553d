import { type ImplementedOp, implement } from "@dispatch/op-registry/contract";
import { getSystemPrompt, listPromptVariables, previewSystemPrompt, setSystemPrompt } from "@dispatch/transport-contract";
import type { PromptContext, PromptVariable } from "./contract.ts";
import type { Prompts } from "./prompts.ts";

/** `contextOf`: of the turn that a conversation would begin now. */
export function promptOps(
  prompts: Prompts,
  variables: () => readonly PromptVariable[],
  contextOf: (conversationId: string) => Promise<PromptContext>,
): readonly ImplementedOp[] {
  return [
    implement(getSystemPrompt, async () => ({ template: await prompts.template() })),
    implement(setSystemPrompt, async ({ template }) => {
      await prompts.setTemplate(template);
      return { template };
    }),
    implement(listPromptVariables, () => ({
      variables: variables().map(({ type, name, description, dynamic }) => ({
        type,
        name,
        description,
        ...(dynamic === undefined ? {} : { dynamic }),
      })),
    })),
    implement(previewSystemPrompt, async ({ template, conversationId, model }) => {
      const context = await contextOf(conversationId);
      return prompts.preview(template, { ...context, modelName: model ?? context.modelName });
    }),
  ];
}
