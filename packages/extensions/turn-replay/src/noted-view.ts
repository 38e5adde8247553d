import type { Message, ModelRequest } from "@dispatch/kernel";

/** The history of a replay with the notes that the model was told between its steps then, each where it stood. */
export class NotedView {
  readonly #notes: readonly (readonly Message[])[];
  readonly #told: { readonly at: number; readonly notes: readonly Message[] }[] = [];
  #step = 0;

  constructor(prompts: readonly (ModelRequest | undefined)[]) {
    this.#notes = prompts.map((prompt, step) => {
      const before = new Set(prompts[step - 1]?.messages.map(({ id }) => id));
      return step === 0 ? [] : (prompt?.messages.filter((message) => isNote(message) && !before.has(message.id)) ?? []);
    });
  }

  of(messages: readonly Message[]): readonly Message[] {
    const notes = this.#notes[this.#step++] ?? [];
    if (notes.length > 0) this.#told.push({ at: messages.length, notes });
    return this.#told.toReversed().reduce<readonly Message[]>((view, { at, notes }) => view.toSpliced(at, 0, ...notes), messages);
  }
}

const isNote = ({ role, parts }: Message): boolean =>
  role === "user" && parts.length > 0 && parts.every(({ chunk }) => chunk.type === "system");
