import type { Clock } from "../contracts/clock.ts";
import type { Extension } from "../contracts/extension.ts";
import type { Host } from "../contracts/host.ts";
import { PointChanged } from "../contracts/kernel-tokens.ts";
import type { Log } from "../contracts/log.ts";
import type { Store } from "../contracts/store.ts";
import { type InterceptToken, type NotifyToken, ownerOf, type TokenId, type TransformToken } from "../contracts/token.ts";
import { notDeclared, notOwner } from "./faults.ts";
import type { HookId, Hooks } from "./hooks.ts";
import type { Registry } from "./registry.ts";
import type { Scope } from "./scope.ts";

export interface HostParts {
  readonly extension: Extension;
  /** Its place in the order of activation. */
  readonly rank: number;
  /** Validated. */
  readonly config: unknown;
  readonly scope: Scope;
  readonly registry: Registry;
  readonly hooks: Hooks;
  readonly store: Store;
  readonly log: Log;
  readonly clock: Clock;
}

/** The eight verbs for one extension: each first asks whether the extension may, then whether its scope still lives. */
export function createHost({ extension, rank, config, scope, registry, hooks, store, log, clock }: HostParts): Host {
  const { id } = extension;
  const member = { id, rank };
  const reachable = new Set(["kernel", id, ...extension.dependsOn]);

  const reach = (token: { readonly id: TokenId }) => {
    if (!reachable.has(ownerOf(token))) throw notDeclared(id, token);
  };
  const owned = (verb: "provide" | "fire", token: { readonly id: TokenId }) => {
    if (ownerOf(token) !== id) throw notOwner(id, verb, token);
  };

  return {
    id,
    config,
    log: log.named(id),
    clock,
    store,
    signal: scope.signal,
    provide(service, implementation) {
      owned("provide", service);
      return scope.register(() => registry.provide(service, implementation));
    },
    use(service) {
      reach(service);
      scope.assertUsable();
      return registry.use(service);
    },
    contribute(point, item) {
      reach(point);
      return scope.register(() => {
        const remove = registry.contribute(point, item, member);
        hooks.notify(PointChanged, { point: point.id });
        return () => {
          remove();
          hooks.notify(PointChanged, { point: point.id });
        };
      });
    },
    gather(point) {
      reach(point);
      scope.assertUsable();
      return registry.gather(point);
    },
    on(hook: HookId, handler: (...given: never[]) => unknown) {
      reach(hook);
      return scope.register(() => hooks.on(hook, handler, member));
    },
    fire: ((hook: AnyHook, given: unknown, more: unknown) => {
      owned("fire", hook);
      scope.assertUsable();
      return fire(hooks, hook, given, more);
    }) as Host["fire"],
    own(resource) {
      return scope.own(resource);
    },
    spawn(name, task) {
      return scope.spawn(name, task);
    },
  };
}

type AnyHook = NotifyToken<unknown> | TransformToken<unknown, unknown> | InterceptToken<unknown, unknown>;

/** The token's form says which overload of `Host.fire` was called, so it also says what `more` is. */
function fire(hooks: Hooks, hook: AnyHook, given: unknown, more: unknown): unknown {
  switch (hook.form) {
    case "notify":
      return hooks.notify(hook, given);
    case "transform":
      return hooks.transform(hook, given, more);
    case "intercept":
      return hooks.intercept(hook, given, more as (input: unknown) => Promise<unknown>);
  }
}
