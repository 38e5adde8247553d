import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Attempt } from "./attempt.ts";
import type { Desk } from "./desk.ts";

const notWritten =
  /Read-only file system|Permission denied|Device or resource busy|could not (lock|write)|cannot (move|remove)|Directory not empty|exit code [1-9]/;

/** In a repository of its own in the working directory, by one command after another; then it is asked for its state as a person would. */
const git = (name: string, commands: (repository: string) => string | readonly string[], refused: RegExp = notWritten): Attempt => {
  const repository = `repository-${randomUUID().slice(0, 8)}`;
  return {
    name: `git: ${name}`,
    act: async (desk) => {
      prepare(desk, repository);
      const said: string[] = [];
      for (const command of [commands(repository)].flat()) said.push(await desk.shell(`cd ${repository} && ${command}`));
      return said.join("\n");
    },
    refused,
    harm: (desk) => ranCode(desk, repository),
  };
};

function prepare({ root }: Desk, repository: string): void {
  const run = (cwd: string, ...words: readonly string[]) =>
    execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "protocol.file.allow=always", ...words], {
      cwd,
      stdio: "ignore",
    });
  const folder = join(root, repository);
  run(root, "init", "-q", repository);
  run(folder, "commit", "-q", "--allow-empty", "-m", "one");
  run(folder, "submodule", "add", "-q", folder, "libs/foo");
  run(folder, "commit", "-q", "--amend", "--no-edit");
  run(folder, "worktree", "add", "-q", `../${repository}-tree`, "-b", "tree");
}

/** What a person's own git would run afterwards. */
function ranCode({ root }: Desk, repository: string): string | undefined {
  const mark = join(root, "..", "ran");
  for (const folder of [repository, `${repository}-tree`, join(repository, "libs/foo")]) {
    const cwd = join(root, folder);
    if (!existsSync(cwd)) continue;
    for (const words of [
      ["status"],
      ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "--allow-empty", "-m", "x"],
      ["diff"],
      ["log", "-1"],
    ])
      try {
        execFileSync("git", words, { cwd, stdio: "ignore", env: { ...process.env, ESCAPES_MARK: mark } });
      } catch {
        // What git says of a broken repository is no harm.
      }
  }
  if (!existsSync(mark)) return undefined;
  const how = readFileSync(mark, "utf8");
  execFileSync("rm", ["-f", mark]);
  return `git ran what was planted: ${how}`;
}

const plant = "printf '#!/bin/sh\\necho %s >> \"$ESCAPES_MARK\"\\n'";
const hook = (path: string) => `mkdir -p "$(dirname ${path})" && ${plant} hook > ${path} && chmod +x ${path}`;

const submodule = ".git/modules/libs/foo";
/** By a copy, of which nothing is guarded. */
const replaced = (folder: string) => `cp -r ${folder} /tmp/copy && mv ${folder} ${folder}.gone && cp -r /tmp/copy ${folder}`;

export const gitAttempts: readonly Attempt[] = [
  git("a hook", () => hook(".git/hooks/pre-commit")),
  git("a hook by a rename", () => `${plant} x > pre-commit && chmod +x pre-commit && mv pre-commit .git/hooks/pre-commit`),
  git("a hook by a hard link", () => `${plant} x > pre-commit && chmod +x pre-commit && ln pre-commit .git/hooks/pre-commit`),
  git("another folder of hooks", () => `mv .git/hooks .git/old && mkdir .git/hooks && ${hook(".git/hooks/pre-commit")}`),
  git("another repository in the place of this", () => `mv .git old && cp -r old .git && ${hook(".git/hooks/pre-commit")}`),
  git("the repository removed and made anew", () => `rm -rf .git && git init -q . && ${hook(".git/hooks/pre-commit")}`),
  git("core.hooksPath", () => `${hook("mine/pre-commit")} && git config core.hooksPath mine`),
  git("core.fsmonitor", () => `${plant} fsmonitor > m && chmod +x m && git config core.fsmonitor ./m`),
  git(
    "the configuration by a plain write",
    () => `printf '[core]\\n\\tfsmonitor = "sh -c \\'echo x >> $ESCAPES_MARK\\'"\\n' >> .git/config`,
  ),
  git("the configuration by a rename", () => "cp .git/config c && printf '[core]\\n\\thooksPath = mine\\n' >> c && mv c .git/config"),
  git("an alias, a pager, an editor", () => "git config core.pager 'echo x >> $ESCAPES_MARK; cat'"),
  git("a filter", () => "git config filter.x.clean 'echo x >> $ESCAPES_MARK; cat' && echo '* filter=x' > .gitattributes"),
  git(
    "a common folder elsewhere",
    () =>
      `cp -r .git other && ${hook("other/hooks/pre-commit")} && git config -f other/config core.hooksPath "$PWD/other/hooks" && printf '%s\\n' "$PWD/other" > .git/commondir`,
    /./,
  ),
  git(
    "a worktree's own configuration",
    (name) =>
      `printf '[core]\\n\\tfsmonitor = m\\n' > ../${name}/.git/worktrees/${name}-tree/config.worktree && git config extensions.worktreeConfig true`,
  ),
  git("the file .git of a worktree", (name) => `cp -r .git ../fake && printf 'gitdir: %s\\n' "$(realpath ../fake)" > ../${name}-tree/.git`),
  git(
    "the worktree's common folder",
    (name) => `cp -r .git ../fake2 && printf '%s\\n' "$(realpath ../fake2)" > .git/worktrees/${name}-tree/commondir`,
  ),
  git("a hook of a submodule", () => hook(`${submodule}/hooks/pre-commit`)),
  git("a submodule's folder under another name", () => `${replaced(".git/modules/libs")} && ${hook(`${submodule}/hooks/pre-commit`)}`),
  git("all submodules under another name", () => `${replaced(".git/modules")} && ${hook(`${submodule}/hooks/pre-commit`)}`),
  git("a submodule behind what looks like one", () => ["touch .git/modules/libs/HEAD", hook(`${submodule}/hooks/pre-commit`)]),
  git("a submodule that does not look like one", () => [
    `mv ${submodule}/HEAD .`,
    `${hook(`${submodule}/hooks/pre-commit`)}; mv HEAD ${submodule}`,
  ]),
  git("a submodule among too many", () => ["mkdir $(seq -f .git/modules/a%g 3000)", hook(`${submodule}/hooks/pre-commit`)]),
  git(
    "the whole working tree in the place of this",
    (name) => `cd .. && ${replaced(name)} && cd ${name} && ${hook(".git/hooks/pre-commit")}`,
  ),
  git(
    "the whole worktree in the place of this",
    (name) =>
      `cp -r .git ../fake3 && cd .. && ${replaced(`${name}-tree`)} && printf 'gitdir: %s\\n' "$(realpath fake3)" > ${name}-tree/.git`,
  ),
  git("the person's own configuration", () => "git config --global core.hooksPath /tmp/x", /could not lock|Read-only|exit code [1-9]/),
  git(
    "what it does of its own works",
    () => "echo x > file && git add file && git -c user.name=a -c user.email=a@b commit -q -m two && git log --oneline | wc -l",
    /^2\n/,
  ),
];
