import type { Message, Model, ModelPart, ModelRequest } from "@dispatch/kernel";
import { part, ScriptedModel } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { ImageRefusals } from "./image-refusals.ts";
import { inline, png } from "./pictures.fixture.ts";

const image: Message = {
  id: "m1",
  role: "user",
  parts: [{ chunk: { type: "text", text: "Look" } }, { chunk: { type: "image", url: inline(png(1, 1)) } }],
};
const text: Message = { id: "m2", role: "user", parts: [{ chunk: { type: "text", text: "Hi" } }] };
const request = (...messages: readonly Message[]): ModelRequest => ({ system: "", messages, tools: [] });
const ask = (model: Model, ...messages: readonly Message[]): Promise<readonly ModelPart[]> =>
  Array.fromAsync(model.stream(request(...messages), new AbortController().signal));
const refusal = (message: string): readonly ModelPart[] => [part.error("invalid", message, "test/refused")];
const answer: readonly ModelPart[] = [part.text("hello"), part.finish("stop")];
const blinded = {
  ...image,
  parts: [image.parts[0], { chunk: { type: "text", text: "[An image (PNG) stands here. This model cannot see images.]" } }],
};

test.each([
  "No endpoints found that support image input",
  "Invalid content type. image_url is only supported by certain models.",
  "Failed to deserialize: messages[0]: unknown variant `image_url`, expected `text`",
  "some-model is not a multimodal model",
  "This model does not support images.",
  "The model doesn't support vision",
])("a model that says %j is asked again without images, and is known from then on", async (message) => {
  const refusals = new ImageRefusals();
  const scripted = new ScriptedModel([refusal(message), answer, answer]);
  const watched = refusals.watch(scripted, "a/b");
  expect(await ask(watched, image, text)).toEqual(answer);
  expect(await ask(watched, image, text)).toEqual(answer);
  expect(scripted.requests.map(({ messages }) => messages)).toEqual([
    [image, text],
    [blinded, text],
    [blinded, text],
  ]);
  expect(refusals.watch(scripted, "a/b").vision).toBe(false);
  expect(refusals.watch(scripted, "a/c").vision).toBeUndefined();
});

test.each(["The image is too large", "image could not be decoded", "Invalid base64", "You have no credit"])(
  "%j is a failure like any other",
  async (message) => {
    const refusals = new ImageRefusals();
    const scripted = new ScriptedModel([refusal(message)]);
    expect(await ask(refusals.watch(scripted, "a/b"), image)).toEqual(refusal(message));
    expect(refusals.watch(scripted, "a/b").vision).toBeUndefined();
  },
);

test("what fails after it has begun, for another reason, or without images is not asked again", async () => {
  const late = [part.text("It is"), ...refusal("no image input")];
  const busy = [part.error("unavailable", "no image input now", "test/busy")];
  const scripted = new ScriptedModel([late, busy, refusal("no image input")]);
  const watched = new ImageRefusals().watch(scripted, "a/b");
  expect([await ask(watched, image), await ask(watched, image), await ask(watched, text)]).toEqual([late, busy, refusal("no image input")]);
});

test("an image of an earlier message that is refused is a note from then on, for that model; one that was just sent is a failure", async () => {
  const refusals = new ImageRefusals();
  const tooLarge = refusal("image exceeds 5 MB maximum");
  const scripted = new ScriptedModel([tooLarge, tooLarge, answer, answer]);
  const watched = refusals.watch(scripted, "a/b");
  expect(await ask(watched, text, image)).toEqual(tooLarge);
  expect(await ask(watched, image, text)).toEqual(answer);
  const other = { ...image, id: "m3" };
  expect(await ask(refusals.watch(scripted, "a/b"), image, text, other)).toEqual(answer);
  const note = { chunk: { type: "text", text: "[An image (PNG) stands here. This model did not take it.]" } };
  const refused = { ...image, parts: [image.parts[0], note] };
  expect(scripted.requests.slice(1).map(({ messages }) => messages)).toEqual([
    [image, text],
    [refused, text],
    [refused, text, other],
  ]);
  expect(refusals.watch(scripted, "a/b").vision).toBeUndefined();
});

test("a second refusal of what was asked again is told, and ends", async () => {
  const scripted = new ScriptedModel([refusal("no image input"), refusal("no image input")]);
  expect(await ask(new ImageRefusals().watch(scripted, "a/b"), image)).toEqual(refusal("no image input"));
  expect(scripted.requests).toHaveLength(2);
});

test("a model that is known to be blind is left as it is, and one that is known to see does not become blind", async () => {
  const refusals = new ImageRefusals();
  const blind: Model = { name: "x", vision: false, stream: () => expect.fail("asked") };
  expect(refusals.watch(blind, "a/b")).toBe(blind);
  const scripted = new ScriptedModel([refusal("image input is broken"), answer]);
  const seeing: Model = { name: "x", vision: true, stream: (request, signal) => scripted.stream(request, signal) };
  expect(await ask(refusals.watch(seeing, "a/c"), image)).toEqual(refusal("image input is broken"));
  expect(await ask(refusals.watch(seeing, "a/c"), image)).toEqual(answer);
  expect(scripted.requests.map(({ messages }) => messages)).toEqual([[image], [image]]);
});

test("a model that was found to be blind and is known to see later on gets images again", async () => {
  const refusals = new ImageRefusals();
  const scripted = new ScriptedModel([refusal("no image input"), answer, answer]);
  await ask(refusals.watch(scripted, "a/b"), image);
  const seeing: Model = { name: "x", vision: true, stream: (request, signal) => scripted.stream(request, signal) };
  await ask(refusals.watch(seeing, "a/b"), image);
  expect(scripted.requests.at(-1)?.messages).toEqual([image]);
});

test("who stops reading early leaves no request open", async () => {
  const scripted = new ScriptedModel([[part.text("a"), part.text("b"), part.finish("stop")]]);
  for await (const _part of new ImageRefusals().watch(scripted, "a/b").stream(request(image), new AbortController().signal)) break;
  expect(scripted.open).toBe(0);
});

// Reaches namesMax.
test("of more models than anybody uses those that were found out longest ago are asked anew", async () => {
  const refusals = new ImageRefusals();
  const blind = () => new ScriptedModel([refusal("no image input"), answer]);
  for (let n = 0; n < 1_000; n++) await ask(refusals.watch(blind(), `a/blind${n}`), image);
  expect(refusals.watch(blind(), "a/blind0").vision).toBe(false);
  await ask(refusals.watch(blind(), "a/one-more"), image);
  expect([refusals.watch(blind(), "a/blind0").vision, refusals.watch(blind(), "a/blind1").vision]).toEqual([undefined, false]);
  const choosy = () => new ScriptedModel([refusal("image exceeds 5 MB maximum"), answer]);
  const again = async (name: string) => {
    const scripted = new ScriptedModel([answer]);
    await ask(refusals.watch(scripted, name), image, text);
    return scripted.requests[0]?.messages[0] === image ? "asked with the image" : "asked with a note";
  };
  for (let n = 0; n < 1_000; n++) await ask(refusals.watch(choosy(), `a/choosy${n}`), image, text);
  expect(await again("a/choosy0")).toBe("asked with a note");
  await ask(refusals.watch(choosy(), "a/one-more-choosy"), image, text);
  expect([await again("a/choosy0"), await again("a/choosy1")]).toEqual(["asked with the image", "asked with a note"]);
});

// Reaches messagesMax.
test("of the messages whose images a model refused the newest thousand stay notes", async () => {
  const scripted = new ScriptedModel([refusal("image exceeds 5 MB maximum"), answer]);
  const illustrated = Array.from({ length: 1_001 }, (_, n) => ({ ...image, id: `old${n}` }));
  await ask(new ImageRefusals().watch(scripted, "a/b"), ...illustrated, text);
  const second = scripted.requests[1]?.messages ?? [];
  expect([second[0], second[1]?.parts[1]?.chunk.type]).toEqual([illustrated[0], "text"]);
});
