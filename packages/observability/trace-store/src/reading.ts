export { type DifferentPlace, type PromptDifference, promptDifference } from "./prompt-difference.ts";
export { type PromptEntry, promptEntries } from "./prompt-entries.ts";
export { type PromptTexts, promptTexts } from "./prompt-texts.ts";
export { spanTree, type TraceNode } from "./span-tree.ts";
export { type TracedPrompt, tracedPrompts } from "./traced-prompts.ts";
