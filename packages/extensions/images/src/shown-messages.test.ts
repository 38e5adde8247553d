import type { Message } from "@dispatch/kernel";
import { expect, test } from "vitest";
import { ShownMessages } from "./shown-messages.ts";

const message = (id: string, url = ""): Message => ({ id, role: "user", parts: [{ chunk: { type: "image", url } }] });

// Reaches rememberedCharsMax.
test("of the messages that were shown last 64 MiB are remembered", () => {
  const shown = new ShownMessages();
  const url = "x".repeat(1024 * 1024);
  const messages = Array.from({ length: 64 }, (_, n) => message(`m${n}`));
  for (const one of messages) shown.keep(one, "", message(one.id, url));
  const known = messages.map((one) => shown.get(one, "") !== undefined);
  expect(known).toEqual([false, ...Array<boolean>(63).fill(true)]);
});

// Reaches sizesMax.
test("of the sizes of ten thousand images the one that was told longest ago is forgotten first", () => {
  const shown = new ShownMessages();
  for (let n = 0; n < 10_000; n++) shown.keepSize(`u${n}`, n);
  expect(shown.sizeOf("u0")).toBe(0);
  shown.keepSize("one-more", 1);
  expect([shown.sizeOf("u0"), shown.sizeOf("u1")]).toEqual([undefined, 1]);
});
