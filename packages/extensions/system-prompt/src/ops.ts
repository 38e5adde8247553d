import { type ImplementedOp, implement } from "@dispatch/op-registry/contract";
import { getSystemPrompt, listPromptVariables, setSystemPrompt } from "@dispatch/transport-contract";
import type { PromptVariable } from "./contract.ts";
import type { Prompts } from "./prompts.ts";

export function promptOps(prompts: Prompts, variables: () => readonly PromptVariable[]): readonly ImplementedOp[] {
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
  ];
}
