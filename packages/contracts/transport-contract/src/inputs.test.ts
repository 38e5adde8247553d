import { expect, test } from "vitest";
import type { z } from "zod";
import { chatRequest } from "./chat.ts";
import { defineOp } from "./op.ts";
import { enqueueMessage } from "./ops/actions.ts";
import { auditPageMax, listAudit } from "./ops/audit.ts";
import { getConversation, listConversations } from "./ops/conversations.ts";
import { setCwd, setModel, setReasoningEffort, setTitle } from "./ops/settings.ts";
import { createToken, tokenNameCharsMax } from "./ops/tokens.ts";
import { idPattern } from "./schemas/id.ts";

const refused = (schema: z.ZodType, input: unknown) => {
  const { error } = schema.safeParse(input);
  return error?.issues.map((issue) => issue.path.join("."));
};
const of = { conversationId: "c1" };

test("an id can be no path, no header and no query", () => {
  for (const id of ["", ".", "..", "../x", "a/b", "a\\b", "a b", "a%2Fb", "a\0", "a\n", "é", "-a", "_a", "a".repeat(129)]) {
    expect(idPattern.test(id), id).toBe(false);
  }
  for (const id of ["a", "A9", "turn-1:2_3.4", "a".repeat(128), "0f8fad5b-d9cb-469f-a165-70867728950e"]) {
    expect(idPattern.test(id), id).toBe(true);
  }
});

test("a chat message is trimmed, and must not be blank", () => {
  expect(chatRequest.parse({ message: "  hi\n" })).toEqual({ message: "hi" });
  for (const message of ["", "  \n", 3, null]) expect(refused(chatRequest, { message })).toEqual(["message"]);
  expect(refused(chatRequest, {})).toEqual(["message"]);
});

test("a chat message of images alone is accepted", () => {
  const images = [{ url: "data:image/png;base64,AA==" }];
  expect(chatRequest.parse({ message: "", images })).toEqual({ message: "", images });
  expect(chatRequest.parse({ images })).toEqual({ message: "", images });
  expect(refused(chatRequest, { images: [] })).toEqual(["message"]);
});

test("each image needs an address, and there is a limit to their number", () => {
  expect(refused(chatRequest, { message: "a", images: [{ url: "" }] })).toEqual(["images.0.url"]);
  expect(refused(chatRequest, { message: "a", images: [{}] })).toEqual(["images.0.url"]);
  expect(refused(chatRequest, { message: "a", images: {} })).toEqual(["images"]);
  expect(refused(chatRequest, { message: "a", images: Array(33).fill({ url: "x" }) })).toEqual(["images"]);
});

test("a chat without a usable conversation id asks for a new conversation, but a bad id is refused", () => {
  for (const conversationId of ["", undefined, null, 7, {}]) {
    expect(chatRequest.parse({ message: "a", conversationId }).conversationId).toBeUndefined();
  }
  expect(refused(chatRequest, { message: "a", conversationId: "../etc" })).toEqual(["conversationId"]);
});

test("chat fields of a wrong type are refused by name, unknown fields are ignored", () => {
  for (const field of ["model", "cwd", "workspaceId", "computerId", "reasoningEffort"]) {
    expect(refused(chatRequest, { message: "a", [field]: 1 })).toEqual([field]);
    expect(refused(chatRequest, { message: "a", [field]: null })).toEqual([field]);
  }
  expect(refused(chatRequest, { message: "a", reasoningEffort: "extreme" })).toEqual(["reasoningEffort"]);
  expect(chatRequest.parse({ message: "a", cwd: "", workspaceId: "", later: true })).toEqual({ message: "a", cwd: "" });
});

test("numbers of a query may be text; empty text is absence; anything else is refused", () => {
  expect(getConversation.input.parse({ ...of, sinceSeq: "0", beforeSeq: "9", limit: "" })).toEqual({ ...of, sinceSeq: 0, beforeSeq: 9 });
  const wrong = { sinceSeq: ["-1", "x", "1.5", "1e3", " 1", -1, 0.5, "9".repeat(30)], beforeSeq: ["0", "x"], limit: ["0", "-2", "all"] };
  for (const [field, values] of Object.entries(wrong)) {
    for (const value of values) expect(refused(getConversation.input, { ...of, [field]: value }), `${field}=${value}`).toEqual([field]);
  }
});

test("a status filter keeps what it knows, and without any is no filter", () => {
  const statusOf = (status: unknown) => listConversations.input.parse({ status }).status;
  expect(statusOf("active, idle,nonsense")).toEqual(["active", "idle"]);
  expect(statusOf(["closed"])).toEqual(["closed"]);
  for (const nothing of ["", "nonsense", ",", [], undefined]) expect(statusOf(nothing)).toBeUndefined();
});

test("filters are trimmed, and blank ones do not count", () => {
  expect(listConversations.input.parse({ q: " ab ", workspaceId: " " })).toEqual({ q: "ab" });
});

test("a queued message may come as `text` or as `message`, and is trimmed", () => {
  expect(enqueueMessage.input.parse({ ...of, text: " a " })).toEqual({ ...of, text: "a" });
  expect(enqueueMessage.input.parse({ ...of, message: "b" })).toEqual({ ...of, text: "b" });
  expect(enqueueMessage.input.parse({ ...of, text: "a", message: "b" })).toEqual({ ...of, text: "a" });
  for (const text of ["", " ", 1, undefined]) expect(refused(enqueueMessage.input, { ...of, text })).toEqual(["text"]);
});

test("settings refuse what cannot be set, and clear what can be cleared", () => {
  expect(refused(setCwd.input, { ...of, cwd: "" })).toEqual(["cwd"]);
  expect(refused(setCwd.input, { ...of, cwd: "/a", workspaceId: "Not A Slug" })).toEqual(["workspaceId"]);
  expect(refused(setModel.input, of)).toEqual(["model"]);
  expect(setModel.input.parse({ ...of, model: "" })).toEqual({ ...of, model: null });
  expect(setModel.input.parse({ ...of, model: null })).toEqual({ ...of, model: null });
  expect(refused(setReasoningEffort.input, { ...of, reasoningEffort: null })).toEqual(["reasoningEffort"]);
  expect(setTitle.input.parse({ ...of, title: " a " }).title).toBe("a");
  expect(refused(setTitle.input, { ...of, title: " " })).toEqual(["title"]);
});

test("an op knows the types of its input and output", () => {
  defineOp({
    id: "test.typed",
    intent: "read",
    summary: "",
    input: setTitle.input,
    output: setTitle.output,
    http: { method: "GET", path: "/" },
    // @ts-expect-error an example's output must be of the op's output
    examples: [{ input: {}, output: { conversationId: 1, title: "" } }],
  });
});

test("a token has a name that fits on a line, and a life that is a number with a unit", () => {
  const made = (wish: object) => createToken.input.safeParse({ name: "phone", ...wish }).success;
  expect([made({}), made({ name: "n".repeat(tokenNameCharsMax) }), made({ name: " My phone, the new one ✓ " })]).toEqual([
    true,
    true,
    true,
  ]);
  for (const name of ["", "  ", "n".repeat(tokenNameCharsMax + 1), "a\nb", "a\u001b[31m", "a\u202eb", "a\u2028b"])
    expect(made({ name }), name).toBe(false);
  for (const expires of ["1m", "12h", "30d", "2w", "99999y"]) expect(made({ expires }), expires).toBe(true);
  for (const expires of ["", "0d", "30", "d", "-1d", "1.5d", "30 d", "30s", "100000d", "1d\n", "1D"])
    expect(made({ expires }), expires).toBe(false);
});

test("a page of the audit log has a bound", () => {
  expect([refused(listAudit.input, { limit: `${auditPageMax}` }), refused(listAudit.input, { limit: auditPageMax + 1 })]).toEqual([
    undefined,
    ["limit"],
  ]);
});
