import type { Fault, Json, Store } from "@dispatch/kernel";
import type { z } from "zod";

/** Settings of one kind, by scope: a conversation, a workspace, a provider, or `""` for the server. Durable. */
export interface SettingStore<T> {
  /** Defaults where nothing is set. */
  get(scope: string): Promise<T>;
  /** What somebody set, with defaults filled in; `undefined` where nobody did. */
  stored(scope: string): Promise<T | undefined>;
  /** Only the fields given change. Gives the whole. Faults: `setting-store/bad-setting` (invalid). */
  change(scope: string, change: Partial<T>): Promise<T>;
  /** `true`: something was set. */
  clear(scope: string): Promise<boolean>;
  /** Every scope where something is set, in order of scope. */
  all(): Promise<readonly { readonly scope: string; readonly value: T }[]>;
}

/** Over an extension's own store. Names are those of the extension: one store may hold several kinds. */
export function settingStore<T extends object>(store: Store, name: string, schema: z.ZodType<T>, defaults: T): SettingStore<T> {
  const prefix = `setting/${name}/`;
  const turns = new Map<string, Promise<unknown>>();

  const settingIn = (stored: Json | undefined): T | undefined => {
    if (typeof stored !== "object" || stored === null) return undefined;
    const { success, data } = schema.safeParse({ ...defaults, ...stored });
    return success ? data : undefined;
  };
  const read = async (scope: string) => settingIn(await store.get(prefix + scope));

  /** One after another in each scope, so that no change is lost between another's reading and writing. */
  function inTurn<R>(scope: string, work: () => Promise<R>): Promise<R> {
    const before = turns.get(scope) ?? Promise.resolve();
    const done = before.then(work, work).finally(() => {
      if (turns.get(scope) === done) turns.delete(scope);
    });
    turns.set(scope, done);
    return done;
  }

  return {
    get: async (scope) => (await read(scope)) ?? defaults,
    stored: read,
    change: (scope, change) =>
      inTurn(scope, async () => {
        const { success, data, error } = schema.safeParse({ ...defaults, ...(await read(scope)), ...change });
        if (!success) throw new BadSetting(error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`));
        await store.commit([{ put: prefix + scope, value: data as unknown as Json }]);
        return data;
      }),
    clear: (scope) =>
      inTurn(scope, async () => {
        if ((await store.get(prefix + scope)) === undefined) return false;
        await store.commit([{ remove: prefix + scope }]);
        return true;
      }),
    async all() {
      const found: { scope: string; value: T }[] = [];
      for await (const { key, value } of store.scan({ prefix })) {
        const known = settingIn(value);
        if (known !== undefined) found.push({ scope: key.slice(prefix.length), value: known });
      }
      return found;
    },
  };
}

/** It bears the kernel's brand itself, because a library has no kernel in it at run time. */
class BadSetting extends Error implements Fault {
  readonly kind = "invalid";
  readonly code = "setting-store/bad-setting";
  readonly data: { readonly problems: readonly string[] };

  constructor(problems: readonly string[]) {
    super(`This cannot be set: ${problems.join("; ")}.`);
    this.data = { problems };
    Object.defineProperty(this, Symbol.for("dispatch.fault"), { value: true });
  }
}
