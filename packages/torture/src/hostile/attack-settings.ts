import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { knownVariables, readConfiguration } from "@dispatch/host-bin";
import fc from "fast-check";
import { type Attack, sampled, shown, tryAll } from "./attack.ts";
import { hostileText } from "./hostile-values.ts";
import { mutated } from "./http-bytes.ts";
import { problemOfCall } from "./judge.ts";

const dispatchToml =
  '[[credentials]]\nname = "mine"\nprovider = "openai-compat"\nbaseUrl = "http://127.0.0.1:1/v1"\nkeyEnv = "MY_KEY"\nmodel = "m"\n';
const tomlLines = [
  "[[credentials]]",
  "[credentials]",
  'name = "a"',
  "name = 1e999",
  'provider = "nobody"',
  'keyEnv = "PATH"',
  "[a.b.c]",
  'x = """',
  "date = 1979-05-27",
  "[[",
  "a.b = { c = [1, [2]] }",
  "\0",
];
const values = fc.oneof(
  fc.constantFrom("on", "off", "0", "-1", "65536", "http://127.0.0.1:1", "a,b,,c", '"quoted" # said', "'half"),
  hostileText,
);
const variable = fc.tuple(fc.constantFrom(...knownVariables), values);

const dotenv = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: variable.map(([name, value]) => `${name}=${value}`) },
      { weight: 1, arbitrary: hostileText },
      { weight: 1, arbitrary: fc.constantFrom("export A = 'b'", "=", "A", '"A"=b', 'A="b\nc"', "__proto__=x", "constructor=y", "# said") },
    ),
    { maxLength: 12 },
  )
  .map((lines) => lines.join("\n"));
const toml = fc.oneof(
  fc.constant(dispatchToml),
  mutated(fc.constant(dispatchToml)),
  fc.array(fc.oneof(fc.constantFrom(...tomlLines), hostileText), { maxLength: 10 }).map((lines) => lines.join("\n")),
);

const cases = fc.record({ environment: fc.array(variable, { maxLength: 5 }), dotenv, toml });

/** What a person, or a program in their name, may write into the environment, `.env` and `dispatch.toml`: read, or refused with what to do. */
export const attackSettings: Attack = {
  name: "settings",
  cases: { quick: 2_000, full: 60_000 },
  async run(count, trial) {
    const folder = await mkdtemp(join(tmpdir(), "dispatch-settings-"));
    const dotenvPath = join(folder, ".env");
    // One after another: all of them lie at the same place.
    await tryAll(sampled(cases, trial.seed, count), 1, trial, async (one) => {
      await writeFile(dotenvPath, one.dotenv);
      await writeFile(join(folder, "dispatch.toml"), one.toml);
      trial.judged(() => shown(one), await problemOfCall(() => readConfiguration(Object.fromEntries(one.environment), { dotenvPath })));
    });
    await rm(folder, { recursive: true, force: true });
  },
};
