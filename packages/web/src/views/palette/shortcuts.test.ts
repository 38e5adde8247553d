import { describe, expect, test } from "vitest";
import { type Surroundings, shortcutFor, shortcutGroups } from "./shortcuts.ts";

const press = (key: string, more: object = {}) => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  isComposing: false,
  repeat: false,
  ...more,
});
const here: Surroundings = { mac: false, typing: false, singleKeys: true };

describe("shortcuts", () => {
  test("the palette opens by Ctrl+K, and on a Mac by Cmd+K alone, where Ctrl+K cuts a line", () => {
    expect(shortcutFor(press("k", { ctrlKey: true }), here)).toBe("palette");
    expect(shortcutFor(press("K", { ctrlKey: true }), { ...here, typing: true })).toBe("palette");
    expect(shortcutFor(press("k", { metaKey: true }), here)).toBeUndefined();
    expect(shortcutFor(press("k", { metaKey: true }), { ...here, mac: true })).toBe("palette");
    expect(shortcutFor(press("k", { ctrlKey: true }), { ...here, mac: true })).toBeUndefined();
    expect(shortcutFor(press("k", { ctrlKey: true, altKey: true }), here)).toBeUndefined();
    expect(shortcutFor(press("k", { ctrlKey: true, shiftKey: true }), here)).toBeUndefined();
  });

  test("a key alone is none in a text field, nor where a person turned such keys off", () => {
    expect(shortcutFor(press("?", { shiftKey: true }), here)).toBe("help");
    expect(shortcutFor(press("?", { shiftKey: true }), { ...here, typing: true })).toBeUndefined();
    expect(shortcutFor(press("?", { shiftKey: true }), { ...here, singleKeys: false })).toBeUndefined();
    expect(shortcutFor(press("/", { ctrlKey: true }), { ...here, typing: true, singleKeys: false })).toBe("help");
  });

  test("what an input method composes, and a key that is held, is no shortcut", () => {
    expect(shortcutFor(press("k", { ctrlKey: true, isComposing: true }), here)).toBeUndefined();
    expect(shortcutFor(press("o", { ctrlKey: true, shiftKey: true, repeat: true }), here)).toBeUndefined();
    expect(shortcutFor(press("O", { ctrlKey: true, shiftKey: true }), here)).toBe("new-conversation");
  });

  test("the sheet names the keys of the system", () => {
    expect(shortcutGroups(true)[0]?.shortcuts[0]?.keys).toEqual(["⌘", "K"]);
    expect(shortcutGroups(false)[0]?.shortcuts[0]?.keys).toEqual(["Ctrl", "K"]);
  });
});
