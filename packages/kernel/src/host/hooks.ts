import { asFault } from "../contracts/fault.ts";
import type { Log } from "../contracts/log.ts";
import { type InterceptToken, type NotifyToken, ownerOf, type TransformToken } from "../contracts/token.ts";
import { journalFailure } from "./journal-failure.ts";
import { type Entry, type Member, Roster } from "./roster.ts";

type AnyToken = NotifyToken<never> | TransformToken<never, never> | InterceptToken<never, never>;
export type HookId = Pick<AnyToken, "id" | "form">;

type Notified<E> = (event: E) => void | Promise<void>;
type Transformer<V, C> = (value: V, context: C) => V | Promise<V>;
type Interceptor<I, O> = (input: I, next: (input: I) => Promise<O>) => Promise<O>;
type Handler = (...given: never[]) => unknown;

/** The handlers of one kernel and what firing each kind of hook means. What stands in the list when a hook is fired takes part to the end. */
export class Hooks {
  readonly #handlers = new Roster<Handler>();
  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log;
  }

  on(hook: HookId, handler: Handler, by: Member): () => void {
    return this.#handlers.add(hook.id, by, handler);
  }

  /** Starts every handler in turn and waits for none. Never throws: a failing handler is journaled. */
  notify<E>(hook: NotifyToken<E>, event: E): void {
    for (const { by, value } of this.#of<Notified<E>>(hook)) {
      const told = async () => value(event);
      told().catch((thrown: unknown) => this.#journal(hook, by, thrown));
    }
  }

  /** Never rejects: the value passes a failing handler unchanged. */
  async transform<V, C>(hook: TransformToken<V, C>, value: V, context: C): Promise<V> {
    let shaped = value;
    for (const { by, value: shape } of this.#of<Transformer<V, C>>(hook)) {
      try {
        shaped = await shape(shaped, context);
      } catch (thrown) {
        this.#journal(hook, by, thrown);
      }
    }
    return shaped;
  }

  /** Rejects with faults only: what else a handler throws is its defect. */
  intercept<I, O>(hook: InterceptToken<I, O>, input: I, innermost: (input: I) => Promise<O>): Promise<O> {
    const core = guarded(innermost, ownerOf(hook));
    const onion = this.#of<Interceptor<I, O>>(hook).reduceRight(
      (next, { by, value: handler }) => guarded((given: I) => handler(given, next), by.id),
      core,
    );
    return onion(input);
  }

  #of<H>(hook: HookId): readonly Entry<H>[] {
    return this.#handlers.all(hook.id) as readonly Entry<unknown>[] as readonly Entry<H>[]; // `on` took them under the same token
  }

  #journal(hook: HookId, by: Member, thrown: unknown): void {
    journalFailure(this.#log, by.id, "hook-failed", thrown, { hook: hook.id });
  }
}

/** The same function, but it never throws on the spot, and it rejects with faults only. */
function guarded<I, O>(layer: (input: I) => Promise<O>, extensionId: string): (input: I) => Promise<O> {
  return async (input) => {
    try {
      return await layer(input);
    } catch (thrown) {
      throw asFault(thrown, `${extensionId}/defect`);
    }
  };
}
