import { type Json, type Store, sameJson } from "@dispatch/kernel";
import type { PromptContext } from "./contract.ts";
import { defaultTemplate } from "./default-template.ts";
import { TooManyVariables } from "./faults.ts";
import type { Shelf } from "./shelf.ts";
import { keyOf, parseTemplate, renderTemplate, type Template, type VariableName, variablesOf } from "./template.ts";

export const variablesMax = 64;

const templateKey = "template";
const promptKey = (conversationId: string): string => `prompt/${conversationId}`;

/** What a prompt was made for, beside its template. While it is the same, the prompt stays the same to the byte. */
interface Basis {
  readonly [name: string]: Json;
}
interface StoredPrompt {
  readonly basis: Basis;
  readonly text: string;
}

export interface PromptsPorts {
  readonly store: Store;
  readonly shelf: Pick<Shelf, "get" | "put" | "remove">;
  resolve(wanted: readonly VariableName[], context: PromptContext): Promise<ReadonlyMap<string, string>>;
  /** The computer that a conversation works on, and what it was last compacted to: with either its prompt is made anew. */
  settingOf(conversationId: string): Promise<Basis>;
}

interface ParsedTemplate {
  readonly source: string;
  readonly template: Template;
}

/** The template of the server, and one prompt a conversation that was made from it. */
export class Prompts {
  readonly #ports: PromptsPorts;
  /** The last call of each conversation that is still under way. */
  readonly #underWay = new Map<string, Promise<string>>();
  /** As it was last read. */
  #template: ParsedTemplate | undefined;

  constructor(ports: PromptsPorts) {
    this.#ports = ports;
  }

  async template(): Promise<string> {
    return (await this.#parsed()).source;
  }

  /** For conversations that have no prompt yet. Faults: `system-prompt/too-many-variables` (invalid). */
  async setTemplate(template: string): Promise<void> {
    const parsed = parsedWithin(template);
    await this.#ports.store.commit([{ put: templateKey, value: template }]);
    this.#template = parsed;
  }

  /** What a template would give, and the variables that it would not find. Faults: as `setTemplate`. */
  async preview(source: string, context: PromptContext): Promise<{ readonly text: string; readonly missing: readonly string[] }> {
    const { template } = parsedWithin(source);
    const wanted = variablesOf(template);
    const values = await this.#ports.resolve(wanted, context);
    return { text: renderTemplate(template, values), missing: wanted.map(keyOf).filter((name) => !values.has(name)) };
  }

  /** Calls of one conversation wait for each other, so that two at once get one prompt. Faults: the store's. */
  promptFor(context: PromptContext): Promise<string> {
    const { conversationId } = context;
    const before = this.#underWay.get(conversationId)?.catch(() => {});
    const prompt = Promise.resolve(before)
      .then(() => this.#promptFor(context))
      .finally(() => {
        if (this.#underWay.get(conversationId) === prompt) this.#underWay.delete(conversationId);
      });
    this.#underWay.set(conversationId, prompt);
    return prompt;
  }

  forget(conversationId: string): Promise<void> {
    return this.#ports.shelf.remove(promptKey(conversationId));
  }

  async #promptFor(context: PromptContext): Promise<string> {
    const { shelf, resolve, settingOf } = this.#ports;
    const key = promptKey(context.conversationId);
    const basis: Basis = { cwd: context.cwd, ...(await settingOf(context.conversationId)) };
    const stored = (await shelf.get(key)) as unknown as StoredPrompt | undefined;
    if (stored !== undefined && sameJson(stored.basis, basis)) return stored.text;
    const { template } = await this.#parsed();
    const text = renderTemplate(template, await resolve(variablesOf(template), context));
    shelf.put(key, { basis, text });
    return text;
  }

  async #parsed(): Promise<ParsedTemplate> {
    if (this.#template !== undefined) return this.#template;
    const stored = await this.#ports.store.get(templateKey);
    const source = typeof stored === "string" ? stored : defaultTemplate;
    // One that was set meanwhile counts more.
    this.#template ??= { source, template: parseTemplate(source) };
    return this.#template;
  }
}

function parsedWithin(source: string): ParsedTemplate {
  const template = parseTemplate(source);
  const count = variablesOf(template).length;
  if (count > variablesMax) throw new TooManyVariables(count, variablesMax);
  return { source, template };
}
