import { FaultInjector } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { linesOf, startChild } from "./child.fixture.ts";
import { commitsMax, writesOf } from "./crash.fixture.ts";
import { openSqliteStorage } from "./index.ts";
import { tempFolder } from "./temp-folder.fixture.ts";

const open = (path: string) => openSqliteStorage({ path, durability: "process" });

for (const when of ["before", "after"] as const) {
  test(`SIGKILL ${when} each commit: what was told has landed, whole, and the next process goes on from there`, async () => {
    for (let at = 1; at <= commitsMax + 1; at += 1) {
      using folder = tempFolder();
      const child = startChild("crasher.fixture.ts", [folder.file("d.db"), String(at), when]);
      const told = await Array.fromAsync(linesOf(child));
      await child.exited;
      expect(child.signalCode).toBe(at <= commitsMax ? "SIGKILL" : null);

      await using storage = await open(folder.file("d.db"));
      const store = await storage.open("crasher");
      const count = Math.min(when === "before" ? at - 1 : at, commitsMax);
      expect(told).toEqual(Array.from({ length: Math.min(at - 1, commitsMax) }, (_, n) => n + 1));
      expect(await store.get("count")).toBe(count === 0 ? undefined : count);
      expect((await Array.fromAsync(store.scan({ prefix: "row/" }))).map(({ key }) => key)).toEqual(count === 0 ? [] : [`row/${count}`]);
      await store.commit(writesOf(count + 1));
    }
  });
}

for (const when of ["before", "after"] as const) {
  test(`a commit that fails ${when} it happened, for each of them: the rows and the count agree, and a writer that looks again goes on`, async () => {
    for (let at = 1; at <= commitsMax; at += 1) {
      await using storage = new FaultInjector(await open(":memory:"));
      const store = await storage.open("crasher");
      storage.arm({ operation: "commit", at, when });
      for (let failures = 0; failures <= 1; ) {
        const count = Number((await store.get("count")) ?? 0);
        if (count === commitsMax) break;
        await store.commit(writesOf(count + 1)).catch(() => {
          failures += 1;
        });
        const now = Number((await store.get("count")) ?? 0);
        expect((await Array.fromAsync(store.scan({ prefix: "row/" }))).map(({ key }) => key)).toEqual(now === 0 ? [] : [`row/${now}`]);
      }
      expect(await store.get("count")).toBe(commitsMax);
    }
  });
}
