import type { Clock } from "./clock.ts";
import type { Log } from "./log.ts";
import type { Store } from "./store.ts";
import type { InterceptToken, NotifyToken, PointToken, ServiceToken, TransformToken } from "./token.ts";

/**
 * What an extension sees of the kernel: eight verbs and no noun. Every registration belongs to the extension's scope: it is undone, in
 * reverse, when the scope ends, or earlier by disposing what the verb returned.
 * Faults: `kernel/not-owner` and `kernel/not-declared` (defect) for a token that the extension may not touch, `kernel/no-service` (missing),
 * `kernel/duplicate` (conflict), `kernel/scope-ended` (cancelled) for a verb after the end.
 */
export interface Host<Config = unknown> {
  readonly id: string;
  readonly config: Config;
  readonly log: Log;
  readonly clock: Clock;
  /** The extension's own keyspace. */
  readonly store: Store;
  /** Aborts when the scope ends. */
  readonly signal: AbortSignal;
  /** Only the token's owner may. */
  provide<T>(service: ServiceToken<T>, implementation: T): Disposable;
  /** The owner is the kernel, the extension itself, or named in `dependsOn`. */
  use<T>(service: ServiceToken<T>): T;
  /** The point's owner is the kernel, the extension itself, or named in `dependsOn`. */
  contribute<T>(point: PointToken<T>, item: T): Disposable;
  /** In order of activation. Ask when needed, never keep the answer: contributions come and go. */
  gather<T>(point: PointToken<T>): readonly T[];
  on<E>(hook: NotifyToken<E>, handler: (event: E) => void | Promise<void>): Disposable;
  on<V, C>(hook: TransformToken<V, C>, handler: (value: V, context: C) => V | Promise<V>): Disposable;
  on<I, O>(hook: InterceptToken<I, O>, handler: (input: I, next: (input: I) => Promise<O>) => Promise<O>): Disposable;
  /** Only the token's owner may. */
  fire<E>(hook: NotifyToken<E>, event: E): void;
  fire<V, C>(hook: TransformToken<V, C>, value: V, context: C): Promise<V>;
  fire<I, O>(hook: InterceptToken<I, O>, input: I, innermost: (input: I) => Promise<O>): Promise<O>;
  /** Disposes the resource when the scope ends. */
  own<D extends Disposable | AsyncDisposable>(resource: D): D;
  /** Runs a task of the scope. Its failure is journaled; at the end of the scope its signal aborts and it gets a grace to finish. */
  spawn(name: string, task: (signal: AbortSignal) => Promise<void>): Disposable;
}
