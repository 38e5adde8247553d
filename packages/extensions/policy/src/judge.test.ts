import type { PolicyRule } from "@dispatch/wire";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { innerScriptsMax } from "./commands.ts";
import { type JudgedCall, type JudgeState, judge } from "./judge.ts";
import { narrowRules, partsMax } from "./narrow-rules.ts";
import { reachOf } from "./reach.ts";
import { problemOf, readRule } from "./rules.ts";

const root = "/work";
let rules = 0;
const rule = (said: Partial<PolicyRule> & Pick<PolicyRule, "effect">) =>
  readRule({ id: `r${++rules}`, scope: "conversation", createdAt: 0, by: "me", ...said });
const calm: JudgeState = { mode: "workspace-write", approval: "ask", rules: [], isSandboxed: true, isTainted: false, isTrusted: null };
const effects: { readonly [tool: string]: "read" | "write" } = {
  run_shell: "write",
  write_file: "write",
  edit_file: "write",
  odd_write: "write",
};
const call = (tool: string, input: object = {}, more: Partial<JudgedCall> = {}): JudgedCall => ({
  tool,
  reach: reachOf({ name: tool, effect: effects[tool] ?? "read" }, input, root),
  root,
  ...more,
});
const shell = (command: string, more: object = {}) => call("run_shell", { command, ...more });
const decide = (given: JudgedCall, state: Partial<JudgeState> = {}) => judge(given, { ...calm, ...state }).decision;

const calls = {
  read: call("read_file", { path: "a" }),
  search: call("grep", { pattern: "x" }),
  tasks: call("todo_write", { todos: [] }),
  page: call("web_fetch", { url: "https://example.org/" }),
  composed: call("web_fetch", { url: "https://example.org/?d=1" }, { isComposed: true }),
  write: call("write_file", { path: "src/a.ts" }),
  hook: call("write_file", { path: ".git/hooks/pre-commit" }),
  ours: call("edit_file", { path: "sub/.Dispatch/lsp.json" }),
  linked: call("write_file", { path: "innocent" }, { realPath: "/work/.git/config" }),
  command: shell("npm test"),
  network: shell("npm install", { network: true }),
  unconfined: shell("docker ps", { unconfined: true }),
  strange: call("odd_write"),
  strangeRead: call("odd_read"),
} as const;
const leaving: { readonly [mode: string]: readonly string[] } = {
  "read-only": ["write", "hook", "ours", "linked", "network", "unconfined", "strange"],
  "workspace-write": ["hook", "ours", "linked", "network", "unconfined", "strange"],
  full: [],
};
const commands = ["command", "network", "unconfined"];

describe("every call, in every mode, with every approval, sandbox, trust and taint", () => {
  for (const mode of ["read-only", "workspace-write", "full"] as const)
    for (const [name, given] of Object.entries(calls))
      test(`${mode}: ${name}`, () => {
        for (const isSandboxed of [true, false])
          for (const isTainted of [true, false])
            for (const isTrusted of [true, false, null])
              for (const approval of ["ask", "never", "auto"] as const) {
                const state = { ...calm, mode, approval, isSandboxed, isTainted, isTrusted };
                const bare = mode !== "full" && !isSandboxed && commands.includes(name);
                const carries = mode !== "full" && isTainted && name === "composed";
                const leaves = bare || carries || leaving[mode]?.includes(name) === true;
                const mustAsk = isTainted || (isTrusted === false && commands.includes(name));
                const outside = approval === "never" ? "deny" : approval === "auto" && !mustAsk ? "allow" : "ask";
                const { decision, isOutside } = judge(given, state);
                expect({ decision, isOutside, state }).toEqual({ decision: leaves ? outside : "allow", isOutside: leaves, state });
                // A rule that allows the call lets it through, but not past what the web or an untrusted folder may have asked for.
                const ruled = judge(given, { ...state, rules: [rule({ effect: "allow", tool: given.tool })] }).decision;
                expect({ ruled, state }).toEqual({ ruled: leaves && mustAsk ? (approval === "never" ? "deny" : "ask") : "allow", state });
                expect(
                  decide(given, { ...state, rules: [rule({ effect: "allow", tool: "*" }), rule({ effect: "deny", tool: given.tool })] }),
                ).toBe("deny");
                expect(decide(given, { ...state, rules: [rule({ effect: "allow", tool: "*" }), rule({ effect: "ask", tool: "*" })] })).toBe(
                  approval === "never" ? "deny" : "ask",
                );
              }
      });
});

test("deny comes before ask, ask before allow, and the rule that decided is told", () => {
  const [allow, ask, deny] = [
    rule({ effect: "allow", tool: "run_shell" }),
    rule({ effect: "ask", tool: "run_*" }),
    rule({ effect: "deny", command: "rm" }),
  ];
  const state = { ...calm, rules: [allow, ask, deny] };
  expect(judge(shell("rm x"), state)).toMatchObject({ decision: "deny", rule: deny.rule.id });
  expect(judge(shell("ls"), state)).toMatchObject({ decision: "ask", rule: ask.rule.id });
  expect(judge(shell("ls"), { ...state, rules: [allow] })).toMatchObject({ decision: "allow", rule: allow.rule.id });
});

/** What asks for the network is let through by `allow "git status"`, or not. */
const status: { readonly [command: string]: boolean } = {
  "git status": true,
  "git  'status' -s": true,
  "git status -- $x *.ts": true,
  "echo hi; git status && true": true,
  "git status >/dev/null 2>&1": true,
  "x=1; git status": true,
  "git status; rm -rf x": false,
  "git status $(rm x)": false,
  "git status `rm x`": false,
  "git status | sh": false,
  "git status & rm x": false,
  "git status\nrm x": false,
  'git status "$(rm x)"': false,
  "git status <<E\n$(rm x)\nE\n": false,
  "git status > ~/.bashrc": false,
  "git status >>x": false,
  "git status <x": false,
  "echo x > y; git status": false,
  "PATH=. git status": false,
  "PATH=.; git status": false,
  "for PATH in .; do git status; done": false,
  "http_proxy=x; git status": false,
  "GIT_DIR=x git status": false,
  "git() { rm x; }; git status": false,
  "alias git=rm; git status": false,
  "cd x && git status": false,
  "git push": false,
  git: false,
  "$git status": false,
  "git $status": false,
  "gi't' status x": true,
  "/usr/bin/git status": false,
  "./git status": false,
  "sudo git status": false,
  "git status &> x": false,
  "git status 'x": false,
  "eval git status": false,
};
describe('a rule that allows "git status" lets nothing else through', () => {
  for (const [command, passes] of Object.entries(status))
    test(JSON.stringify(command), () => {
      const given = shell(command, { network: true });
      expect(decide(given, { rules: [rule({ effect: "allow", command: "git status" })] })).toBe(passes ? "allow" : "ask");
    });
});

describe('a rule that denies "rm" finds it where it can be seen', () => {
  for (const command of [
    "rm x",
    "a; rm x",
    "/bin/rm x",
    "\\rm x",
    "r'm' x",
    "X=1 rm x",
    "a $(rm x)",
    "a `rm x`",
    "if a; then rm x; fi",
    "f() { rm x; }",
    "sudo rm x",
    "env A=1 rm x",
    "find . -exec rm {} +",
    "ls | xargs -n1 rm",
    "timeout 5 rm x",
    "sh -c 'a; rm x'",
    'bash -lc "rm x"',
    "eval 'rm x'",
    "eval r'm' x",
    "sh -c \"sh -c 'rm x'\"",
    "cat <<E\n$(rm x)\nE\n",
    "rm x 'unclosed",
    'sh -c "$x"',
    'eval "$x"',
    "bash -c 'f() { a; }'",
  ])
    test(JSON.stringify(command), () =>
      expect(decide(shell(command), { rules: [rule({ effect: "deny", command: "rm" })], approval: "auto" })).not.toBe("allow"),
    );
  for (const command of ["echo rm", "rmdir x", "grep rm x", "./a rm"])
    test(`not in ${command}`, () => expect(decide(shell(command), { rules: [rule({ effect: "deny", command: "rm" })] })).toBe("allow"));
  for (const command of ["$x y", "f() { a; }; f", "a <(b)", "$'\\x72m' x"])
    test(`in doubt it asks: ${command}`, () => {
      expect(decide(shell(command), { rules: [rule({ effect: "deny", command: "rm" })] })).toBe("ask");
      expect(decide(shell(command), { rules: [rule({ effect: "deny", command: "rm" })], approval: "never" })).toBe("deny");
    });
});

test("no script with a command beside those allowed is ever let through", () => {
  const filler = fc.constantFrom("git status", "true", "echo a", "git status -s");
  const evil = fc.constantFrom("rm x", "curl x | sh", "git push", "PATH=. git status", "git status >x", "$(rm x)", "f() { a; }");
  const wrap = fc.constantFrom(
    (a: string, b: string) => `${a}; ${b}`,
    (a: string, b: string) => `${a} && ${b}`,
    (a: string, b: string) => `${a} | ${b}`,
    (a: string, b: string) => `${a} & ${b}`,
    (a: string, b: string) => `(${a}\n${b})`,
    (a: string, b: string) => `if ${a}; then ${b}; fi`,
    (a: string, b: string) => `${a} "$(${b})"`,
    (a: string, b: string) => `{ ${b}; } || ${a}`,
    (a: string, b: string) => `while ${a}\ndo\n${b}\ndone`,
    (a: string, b: string) => `case $x in ${a.split(" ")[0]}) ${b};; esac`,
  );
  const state = { ...calm, rules: [rule({ effect: "allow", command: "git status" })] };
  fc.assert(
    fc.property(fc.array(fc.tuple(filler, wrap), { maxLength: 4 }), evil, (around, core) => {
      const script = around.reduce<string>((inner, [text, join]) => join(text, inner), core);
      expect(judge(shell(script, { network: true }), state).decision, script).toBe("ask");
    }),
    { numRuns: 500 },
  );
});

test("a rule reaches as far as it says", () => {
  const far = rule({ effect: "allow", command: "npm install", reach: "network" });
  expect(decide(shell("npm install", { network: true }), { rules: [far] })).toBe("allow");
  expect(decide(shell("npm install", { unconfined: true }), { rules: [far] })).toBe("ask");
  expect(decide(shell("npm install"), { rules: [far], isSandboxed: false })).toBe("ask");
  expect(decide(shell("npm install"), { rules: [rule({ effect: "allow", command: "npm install" })], isSandboxed: false })).toBe("allow");
});

test("an exact rule takes its own words alone, in its own folder", () => {
  const exact = rule({ effect: "allow", command: "make all >out", exact: true, path: "/work/sub" });
  const passes = (command: string, cwd = "sub") => decide(shell(command, { network: true, cwd }), { rules: [exact] }) === "allow";
  expect([passes("make all >out"), passes("make  'all' >out")]).toEqual([true, true]);
  for (const other of ["make all", "make all x >out", "make all >other", "make all >>out", "V=1 make all >out"])
    expect(passes(other), other).toBe(false);
  expect([passes("make all >out", "."), passes("make all >out", "sub/x")]).toEqual([false, false]);
});

test("paths: a rule that denies holds below its folder, through links, and for searches that would come by", () => {
  const state = { ...calm, rules: [rule({ effect: "deny", path: "secret" }), rule({ effect: "deny", path: "/work/keys/*.pem" })] };
  const of = (tool: string, path: string, more: Partial<JudgedCall> = {}) => judge(call(tool, { path }, more), state).decision;
  expect([of("read_file", "secret/a"), of("read_file", "./x/../secret"), of("write_file", "/work/secret/a/b"), of("grep", ".")]).toEqual(
    Array(4).fill("deny"),
  );
  expect([of("read_file", "keys/a.pem"), of("read_file", "link", { realPath: "/work/secret/a" }), of("grep", "keys")]).toEqual(
    Array(3).fill("deny"),
  );
  expect([of("read_file", "src/a"), of("read_file", "keys/a.txt"), of("glob", ".")]).toEqual(Array(3).fill("allow"));
  for (const command of ["cat secret/a", "cat ./secret", "cd secret", "a >secret/x", "a --file=secret/x", "A=secret a"])
    expect(judge(shell(command), state).decision, command).toBe("deny");
  expect(judge(shell("cat src/a"), state).decision).toBe("allow");
});

test("paths: a rule that allows lets through what fits, both as it is written and where it leads", () => {
  const rules = [rule({ effect: "allow", tool: "write_file", path: ".dispatch/**" })];
  expect(decide(call("write_file", { path: ".dispatch/a/b" }), { rules })).toBe("allow");
  expect(decide(call("write_file", { path: ".dispatch/../.git/config" }), { rules })).toBe("ask");
  expect(decide(call("write_file", { path: ".dispatch/a" }, { realPath: "/work/.git/config" }), { rules })).toBe("ask");
  expect(decide(call("edit_file", { path: ".dispatch/a" }), { rules })).toBe("ask");
});

test("hosts: by name, and all below one; in commands as far as they are said", () => {
  const state = { ...calm, rules: [rule({ effect: "deny", host: "*.evil.org" })] };
  const page = (url: string) => judge(call("web_fetch", { url }), state).decision;
  expect([page("https://evil.org/x"), page("http://a.b.EVIL.org:80"), page("https://user@evil.org."), page("https://x@evil.org")]).toEqual(
    Array(4).fill("deny"),
  );
  expect([page("https://notevil.org"), page("https://evil.org.example"), page("no address")]).toEqual(Array(3).fill("allow"));
  for (const command of ["curl https://evil.org/x", "curl evil.org", "git clone git@evil.org:a/b", "curl --url=https://a.evil.org"])
    expect(judge(shell(command), state).decision, command).toBe("deny");
});

test("an exact rule takes nothing that is read from the script, and a rule that asks for one command takes no variables", () => {
  const passes = (wanted: string, command: string) =>
    decide(shell(command, { network: true }), { rules: [rule({ effect: "allow", command: wanted, exact: true })] }) === "allow";
  expect(passes("sh", "sh")).toBe(true);
  for (const command of [
    "echo 'rm x' | sh",
    "sh <<E\nrm x\nE",
    "{ sh; } <<E\nrm x\nE",
    "echo 'rm x' | { sh; }",
    "echo 'rm x' | if true; then sh; fi",
    "sh <x",
    "echo $(echo rm | sh)",
  ])
    expect(passes("sh", command), command).toBe(false);
  for (const command of ["rm $x", "rm `a`", "$x", "x=1", "> y", "a | b"]) expect(problemOf({ command }), command).toBeDefined();
  for (const command of ["rm *", "rm '$x'", "x=1 make >log"]) expect(problemOf({ command }), command).toBeUndefined();
});

test("scripts within scripts are looked into so deep, and what lies deeper counts as found", () => {
  const within = (depth: number, core: string) => Array.from({ length: depth }).reduce<string>((inner) => `eval ${quoted(inner)}`, core);
  const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
  const found = (depth: number, core: string) =>
    decide(shell(within(depth, core)), { rules: [rule({ effect: "deny", command: "rm" })] }) === "deny";
  expect([found(innerScriptsMax, "rm x"), found(innerScriptsMax, "ls"), found(innerScriptsMax + 1, "ls")]).toEqual([true, false, true]);
});

test("a script of many commands is asked about each time", () => {
  const rulesOf = (count: number) =>
    narrowRules(shell(Array.from({ length: count }, (_, n) => `a${n}`).join(";"), { network: true }), true)?.length;
  expect([rulesOf(partsMax), rulesOf(partsMax + 1)]).toEqual([partsMax, undefined]);
});

test("a yes becomes rules only where they can tell the call from every other", () => {
  const narrow = (command: string) => narrowRules(shell(command, { network: true }), true)?.map((given) => given.command);
  expect(narrow("git push")).toEqual(["git push"]);
  expect(narrow("cd x && A=1 make 'a b' >log 2>&1; echo $x")).toEqual(["cd x", "A=1 make 'a b' >log 2>&1"]);
  for (const command of [
    "x=/; rm $x",
    "rm $(a)",
    "curl x | sh",
    "sh <<E\na\nE",
    "f() { a; }; f",
    "a 'b",
    "$x",
    "echo",
    "a;b;c;d;e;f",
    "{ a; } >x",
  ])
    expect(narrow(command), command).toBeUndefined();
});
