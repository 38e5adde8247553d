import assert from "node:assert/strict";
import type { Store } from "@dispatch/kernel";
import type { Laws } from "./laws.ts";

interface Setting {
  readonly enabled: boolean;
  /** A whole number of at least 1: anything else is refused. */
  readonly count: number;
}

/** Settings under test, and the store that they lie in. */
export interface SettingsUnderTest {
  readonly defaults: Setting;
  readonly store: Store;
  /** As after a restart: over what is stored. */
  open(): {
    get(scope: string): Promise<Setting>;
    stored(scope: string): Promise<Setting | undefined>;
    change(scope: string, change: Partial<Setting>): Promise<Setting>;
    clear(scope: string): Promise<boolean>;
    all(): Promise<readonly { readonly scope: string; readonly value: Setting }[]>;
  };
}

export const settingStoreLaws: Laws<SettingsUnderTest> = {
  "what nobody set is the default, and is not stored": async (open) => {
    const { defaults, ...settings } = await open();
    const fresh = settings.open();
    assert.deepEqual([await fresh.get("a"), await fresh.stored("a"), await fresh.all()], [defaults, undefined, []]);
  },
  "a change keeps what it does not name, and survives a restart": async (open) => {
    const { defaults, ...settings } = await open();
    assert.deepEqual(await settings.open().change("a", { count: 7 }), { ...defaults, count: 7 });
    assert.deepEqual(await settings.open().change("a", { enabled: true }), { enabled: true, count: 7 });
    assert.deepEqual(await settings.open().get("a"), { enabled: true, count: 7 });
  },
  "scopes do not touch each other, the server's own among them": async (open) => {
    const { defaults, ...settings } = await open();
    const fresh = settings.open();
    for (const [index, scope] of ["", "a", "a:b", "ab"].entries()) await fresh.change(scope, { count: index + 1 });
    assert.deepEqual(
      (await fresh.all()).map(({ scope, value }) => [scope, value.count]),
      [
        ["", 1],
        ["a", 2],
        ["a:b", 3],
        ["ab", 4],
      ],
    );
    assert.equal(await fresh.clear("a"), true);
    assert.equal(await fresh.clear("a"), false);
    assert.deepEqual([await fresh.get("a"), (await fresh.get("ab")).count], [defaults, 4]);
  },
  "changes made at once are all kept": async (open) => {
    const settings = (await open()).open();
    await Promise.all([settings.change("a", { count: 9 }), settings.change("a", { enabled: true }), settings.change("b", { count: 2 })]);
    assert.deepEqual(await settings.get("a"), { enabled: true, count: 9 });
  },
  "a change that does not fit is refused and changes nothing, and the next one is taken": async (open) => {
    const settings = (await open()).open();
    await settings.change("a", { count: 5 });
    await assert.rejects(settings.change("a", { count: 0 }), { kind: "invalid", code: "setting-store/bad-setting" });
    assert.equal((await settings.get("a")).count, 5);
    assert.equal((await settings.change("a", { count: 6 })).count, 6);
  },
  "what is stored and fits no more reads as the default until it is changed": async (open) => {
    const { defaults, store, ...settings } = await open();
    await settings.open().change("a", { count: 5 });
    for await (const { key } of store.scan({ prefix: "" })) {
      for (const value of ["text", null, [], { count: "many" }]) {
        await store.commit([{ put: key, value }]);
        assert.deepEqual(await settings.open().get("a"), defaults);
      }
    }
    assert.deepEqual(await settings.open().change("a", { count: 4 }), { ...defaults, count: 4 });
  },
  "a field that came later has its default": async (open) => {
    const { defaults, store, ...settings } = await open();
    await settings.open().change("a", { count: 5 });
    for await (const { key } of store.scan({ prefix: "" })) await store.commit([{ put: key, value: { count: 8 } }]);
    assert.deepEqual(await settings.open().get("a"), { ...defaults, count: 8 });
  },
};
