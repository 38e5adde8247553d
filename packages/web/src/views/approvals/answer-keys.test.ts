import { expect, test } from "vitest";
import { answerOf } from "./answer-keys.ts";

const pressed = (key: string, more: object = {}) => ({ key, repeat: false, altKey: false, ctrlKey: false, metaKey: false, ...more });

test("a allows once, c for the conversation where that is offered, d denies, and Enter does nothing", () => {
  const scopes = ["once", "conversation"] as const;
  expect(answerOf(pressed("a"), scopes)).toEqual({ kind: "allow", scope: "once" });
  expect(answerOf(pressed("c"), scopes)).toEqual({ kind: "allow", scope: "conversation" });
  expect(answerOf(pressed("c"), ["once"])).toBeUndefined();
  expect(answerOf(pressed("d"), scopes)).toEqual({ kind: "deny" });
  for (const key of ["Enter", " ", "A", "x"]) expect(answerOf(pressed(key), scopes)).toBeUndefined();
});

test("a key that is held, or belongs to the browser, answers nothing", () => {
  for (const more of [{ repeat: true }, { ctrlKey: true }, { metaKey: true }, { altKey: true }])
    for (const key of ["a", "c", "d"]) expect(answerOf(pressed(key, more), ["once", "conversation"])).toBeUndefined();
});
