import { bootOptions, FakeClock, RecordingLog, testExtension } from "@dispatch/testkit";
import { expect, test } from "vitest";
import type { Extension } from "../contracts/extension.ts";
import type { Host } from "../contracts/host.ts";
import { defineNotify, definePoint, defineService } from "../contracts/token.ts";
import { boot } from "./boot.ts";

const Greeter = defineService<string>("guest/greeter");
const Rooms = definePoint<string>("house/rooms", (room) => room);
const Rang = defineNotify<string>("house/rang");

/** Registers one of everything, then does `finish`. */
const guest = (heard: string[], finish: (host: Host) => void | Promise<void> = () => {}): Extension =>
  testExtension("guest", {
    dependsOn: ["house"],
    activate(host) {
      host.provide(Greeter, "hello");
      host.contribute(Rooms, "guest room");
      host.on(Rang, (who) => void heard.push(`told ${who}`));
      host.own({ [Symbol.dispose]: () => void heard.push("resource gone") });
      host.spawn("listen", async (signal) => {
        await host.clock.sleep(1_000_000, signal);
        heard.push("task gone");
      });
      return finish(host);
    },
  });

/** An extension whose host is handed out. */
function openHouse() {
  const hosts: Host[] = [];
  const owner = testExtension("house", { activate: (host) => void hosts.push(host) });
  return { owner, house: () => hosts[0] ?? expect.fail("the house was not activated") };
}

test("an extension that fails after it has registered everything leaves nothing behind", async () => {
  const clock = new FakeClock();
  const heard: string[] = [];
  const { owner, house } = openHouse();
  const failing = guest(heard, async () => Promise.reject(new Error("changed its mind")));
  const kernel = await boot(bootOptions([owner, failing], { clock }));
  expect(kernel.report.order).toEqual(["house"]);
  expect(heard).toEqual(["task gone", "resource gone"]);
  expect(house().gather(Rooms)).toEqual([]);
  house().fire(Rang, "postman");
  expect(heard).not.toContain("told postman");
  expect(() => kernel.use(Greeter)).toThrow(expect.objectContaining({ code: "kernel/no-service" }));
  expect(clock.sleeping).toBe(0);
});

test("when a dependent has ended, what it gave is gone while its owner still ends", async () => {
  const clock = new FakeClock();
  const heard: string[] = [];
  const owner = testExtension("house", {
    activate(host) {
      expect(host.gather(Rooms)).toEqual([]);
      host.own({
        [Symbol.dispose]() {
          heard.push(`rooms ${host.gather(Rooms).length}`);
          host.fire(Rang, "postman");
        },
      });
    },
  });
  const kernel = await boot(bootOptions([owner, guest(heard)], { clock }));
  await kernel[Symbol.asyncDispose]();
  expect(heard).toEqual(["task gone", "resource gone", "rooms 0"]);
  expect(clock.sleeping).toBe(0);
});

test("what is disposed by hand is gone at once, and its place is free again", async () => {
  const { owner, house } = openHouse();
  const heard: string[] = [];
  const kernel = await boot(bootOptions([owner, guest(heard, () => {})]));
  const room = house().contribute(Rooms, "attic");
  const bell = house().on(Rang, (who) => void heard.push(`attic heard ${who}`));
  room?.[Symbol.dispose]();
  bell?.[Symbol.dispose]();
  house().fire(Rang, "postman");
  expect(house().gather(Rooms)).toEqual(["guest room"]);
  expect(heard).toEqual(["told postman"]);
  house().contribute(Rooms, "attic");
  expect(house().gather(Rooms)).toEqual(["attic", "guest room"]);
  await kernel[Symbol.asyncDispose]();
});

test("a thousand tasks and registrations that came and went leave nothing to undo", async () => {
  const log = new RecordingLog();
  let undone = 0;
  const busy = testExtension("house", {
    async activate(host) {
      for (let n = 0; n < 1_000; n++) {
        using _room = host.contribute(Rooms, `room ${n}`);
        using _bell = host.on(Rang, () => {});
        host.spawn("brief", async () => {});
      }
      host.own({ [Symbol.dispose]: () => void undone++ });
    },
  });
  const kernel = await boot(bootOptions([busy], { log }));
  await kernel[Symbol.asyncDispose]();
  expect(undone).toBe(1);
  expect(log.lines.map((line) => line.msg)).toEqual(["extension-activated"]);
});
