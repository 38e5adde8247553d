import { expect, test } from "vitest";
import { readGitConfig } from "./git-config.ts";

test("paths where code for git lies are found however they are written", () => {
  const text =
    '[core]\n\tHooksPath = ".husky/_" ; ours\n[include]\n  path=../shared.gitconfig\n[includeIf "onbranch:x"]\n\tpath = /etc/x\n[alias]\n\tmypath = no\n';
  expect(readGitConfig(text)).toEqual({ paths: [".husky/_", "../shared.gitconfig", "/etc/x"], hasWorktreeConfig: false });
});

test.each(["[extensions]\n\tworktreeConfig = true\n", "[extensions]\n\tworktreeconfig\n"])(
  "%j gives each worktree a configuration",
  (text) => {
    expect(readGitConfig(text).hasWorktreeConfig).toBe(true);
  },
);
