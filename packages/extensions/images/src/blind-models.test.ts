import type { Message, Model, ModelPart, ModelRequest } from "@dispatch/kernel";
import { part, ScriptedModel } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { BlindModels } from "./blind-models.ts";
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
  const models = new BlindModels();
  const scripted = new ScriptedModel([refusal(message), answer, answer]);
  const watched = models.watch(scripted, "a/b");
  expect(await ask(watched, image, text)).toEqual(answer);
  expect(await ask(watched, image, text)).toEqual(answer);
  expect(scripted.requests.map(({ messages }) => messages)).toEqual([
    [image, text],
    [blinded, text],
    [blinded, text],
  ]);
  expect(models.watch(scripted, "a/b").vision).toBe(false);
  expect(models.watch(scripted, "a/c").vision).toBeUndefined();
});

test.each(["The image is too large", "image could not be decoded", "Invalid base64", "You have no credit"])(
  "%j is a failure like any other",
  async (message) => {
    const models = new BlindModels();
    const scripted = new ScriptedModel([refusal(message)]);
    expect(await ask(models.watch(scripted, "a/b"), image)).toEqual(refusal(message));
    expect(models.watch(scripted, "a/b").vision).toBeUndefined();
  },
);

test("what fails after it has begun, for another reason, or without images is not asked again", async () => {
  const late = [part.text("It is"), ...refusal("no image input")];
  const busy = [part.error("unavailable", "no image input now", "test/busy")];
  const scripted = new ScriptedModel([late, busy, refusal("no image input")]);
  const watched = new BlindModels().watch(scripted, "a/b");
  expect([await ask(watched, image), await ask(watched, image), await ask(watched, text)]).toEqual([late, busy, refusal("no image input")]);
});

test("a model of which it is known whether it sees is left as it is", () => {
  const known: Model = { name: "x", vision: true, stream: () => new ScriptedModel([]).stream(request(), new AbortController().signal) };
  expect(new BlindModels().watch(known, "a/b")).toBe(known);
});

test("who stops reading early leaves no request open", async () => {
  const scripted = new ScriptedModel([[part.text("a"), part.text("b"), part.finish("stop")]]);
  for await (const _part of new BlindModels().watch(scripted, "a/b").stream(request(image), new AbortController().signal)) break;
  expect(scripted.open).toBe(0);
});
