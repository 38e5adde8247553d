import type { Answer, ModelServerRequest } from "@dispatch/testkit";
import { stepsOf } from "./model-view.ts";
import type { People } from "./people.ts";

/** The conversation of whoever asks something else meanwhile: it belongs to no scene. */
export const asideId = "another";

/** What people do with a server while it is watched, and how its model answers. */
export interface Scene {
  readonly name: string;
  readonly conversations: readonly string[];
  readonly environment?: { readonly [name: string]: string };
  /** Context windows that the model's server lists. */
  readonly contextWindow?: number;
  /** Answers by what the request holds alone: a turn that is taken up is asked to go on where it stopped. */
  readonly answer: (request: ModelServerRequest) => string | Answer;
  /** What people do when that request has arrived and before it is answered, the first time the scene is played. */
  readonly meanwhile?: (request: ModelServerRequest, people: People) => Promise<void>;
  readonly act: (people: People) => Promise<void>;
  /** Of its long answers only every so many bytes are looked at; each unless given. */
  readonly byteStride?: number;
  /** User messages may stand in the middle of a turn, or several may open one. */
  readonly steers?: boolean;
  /** Folds logs behind summaries. */
  readonly folds?: boolean;
}

/** By the last prompt of those that the request shows: the answer after as many results as stand behind it. What is not in the book is answered shortly. */
export function answerBook(
  book: { readonly [prompt: string]: readonly string[] },
  otherwise: string,
): (request: ModelServerRequest) => string {
  return (request) => {
    const { prompt, results } = stepsOf(request, Object.keys(book));
    if (prompt === undefined) return otherwise;
    const answers = book[prompt] ?? [];
    return answers[Math.min(results, answers.length - 1)] ?? otherwise;
  };
}
