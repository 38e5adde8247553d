import fc from "fast-check";
import { expect, test } from "vitest";
import { encodeEntries } from "./encode-entries.ts";
import type { Entry } from "./entry.ts";
import { createMask, maskOf } from "./masking.ts";
import { bodyHash, maskedBodyHash } from "./record.ts";

const digits = "0123456789abcdefABCDEF0123456789abcdef";
const key = `-----BEGIN RSA PRIVATE KEY-----\nMIIEow${digits}\n${digits}==\n-----END RSA PRIVATE KEY-----`;
const jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U";
/** Text, and what of it must not be written. */
const canaries: readonly (readonly [string, string])[] = [
  [`sk-proj-${digits}`, digits],
  ["sk-ant-api03-Zx_9-Zx_9-Zx_9-Zx_9", "Zx_9"],
  ["sk-abcdefghijklmnopqrstuvwx", "ghijkl"],
  [`ghp_${digits}`, digits],
  [`ghs_${digits}`, digits],
  [`github_pat_11AAAA_${digits}`, digits],
  ["glpat-x1y2z3x1y2z3x1y2z3", "y2z3"],
  ["xoxb-123456789012-abcdefghij", "abcdefghij"],
  ["AKIAIOSFODNN7EXAMPLE", "IOSFODNN"],
  [`AIzaSy${digits.slice(0, 33)}`, digits.slice(0, 33)],
  [`npm_${digits}`, digits],
  [`dispatch_0a1b2c3d_${"A1b2".repeat(10)}xyz`, "A1b2A1b2"],
  [`hf_${digits}`, digits],
  [`sk_live_${digits}`, digits],
  [jwt, "dozjgNryP4J3"],
  [key, digits],
  [key.replace(/-----END.*/, ""), digits],
  [key.replaceAll("\n", "\n   12\t| "), digits],
  [`Authorization: Bearer ${digits}`, digits],
  ["authorization: bearer short-12", "short-12"],
  ["AUTHORIZATION: BEARER abcdefghijklmnopqrstuvwxyz", "ijklmnop"],
  ["Authorization: Basic dXNlcjpwYXNz", "dXNlcjpwYXNz"],
  ["basic YTpi", "YTpi"],
  [`authorization=token ${digits}`, digits],
  [`["Authorization","Digest ${digits}"]`, digits],
  [`{"x-api-key": "${digits}"}`, digits],
  ["postgres://admin:hunter2@db.example/x", "hunter2"],
  ["redis://:p4ss@127.0.0.1", "p4ss"],
  ["https://user:p%40ss@example.com", "p%40ss"],
];

const deeper = (text: string): string => JSON.stringify(text).slice(1, -1);
/** How a text may stand in other text. */
const wrappings: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => `x ${text} y`,
  (text) => `line\n${text}\nline`,
  (text) => `\u001b[31m${text}\u001b[0m`,
  (text) => `(${text})`,
  (text) => JSON.stringify({ content: text }),
  (text) => JSON.stringify({ arguments: JSON.stringify({ content: `a\n${text}` }) }),
  (text) => deeper(deeper(deeper(`a\t${text}`))),
  (text) => JSON.stringify(text).replaceAll("/", "\\/"),
  (text) => Array.from(text.split(""), (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`).join(""),
];

const blank = {
  attributes: undefined,
  body: undefined,
  conversationId: undefined,
  durationMs: undefined,
  extensionId: "a",
  kind: "log",
  level: "info",
  links: undefined,
  msg: "m",
  name: undefined,
  parentSpanId: undefined,
  spanId: undefined,
  status: undefined,
  timestamp: 1,
  turnId: undefined,
} satisfies Entry;
const written = (entry: Partial<Entry>, secrets: readonly string[] = []): string =>
  encodeEntries([blank, { ...blank, ...entry }, blank], createMask(secrets)).bytes.toString();

test.each(canaries)("%s is masked wherever it stands", (text, secret) => {
  const escapedSecret = Array.from(secret, (sign) => `u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);
  for (const wrap of wrappings) {
    const whole = wrap(text);
    for (const entry of [{ msg: whole }, { body: whole }, { attributes: { a: whole } }, { name: whole }, { attributes: { [whole]: 1 } }]) {
      const line = written(entry);
      expect(line, whole).toContain("[masked]");
      expect(line, whole).not.toContain(secret);
      expect(line.replaceAll("\\", ""), whole).not.toContain(escapedSecret.join(""));
    }
  }
});

test("known values are masked, however they were escaped", () => {
  const signs = fc.string({ unit: fc.constantFrom(...'abcXYZ019"\\/+=&%$#@!?*().[]{}|^~-_ \n\té😀'), minLength: 8, maxLength: 24 });
  const ways: readonly ((secret: string) => string)[] = [
    ...wrappings,
    (secret) => encodeURIComponent(secret),
    (secret) =>
      encodeURIComponent(secret)
        .toLowerCase()
        .replaceAll(/%[0-9a-f]{2}/g, (code) => code),
    (secret) =>
      JSON.stringify(secret).replaceAll(
        /[^a-zA-Z0-9\\"\ud800-\udfff]/g,
        (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`,
      ),
  ];
  const check = (secret: string, way: (secret: string) => string) => {
    fc.pre(/[A-Za-z0-9]{2}/.test(secret) && (way !== ways.at(-2) || !/[A-Z]/.test(secret)));
    const text = way(secret);
    expect(createMask([secret]).text(`<${text}>`)).toContain("[masked]");
    const line = written({ body: `<${text}>` }, [secret]);
    expect(line).toContain("[masked]");
    expect(line).not.toContain(deeper(`<${text}>`));
  };
  fc.assert(fc.property(signs, fc.constantFrom(...ways), check), { numRuns: 1_000 });
});

test("a value of signs alone, numbers and values that hold one another are masked too", () => {
  expect(written({ msg: 'a !"§$%&/() b' }, ['!"§$%&/()'])).toContain('"msg":"a [masked] b"');
  expect(written({ attributes: { pin: 12_345_678 } }, ["12345678"])).toContain('"pin":"[masked]"');
  expect(written({ msg: "abcdefgh12 abcdefgh" }, ["abcdefgh", "abcdefgh12"])).toContain('"msg":"[masked] [masked]"');
});

test("a short value is masked where it stands alone; one that is a plain word or shorter than four never", () => {
  const mask = createMask(["hunter2", "ollama", "x1", ""]);
  expect(mask.text("hunter2 xhunter2 hunter23 (hunter2) ollama x1")).toBe("[masked] xhunter2 hunter23 ([masked]) ollama x1");
});

test("text that holds no secret passes unchanged", () => {
  const harmless = [
    "the task-management-and-scheduling of a risk-averse-organisation and a desk-0123456789abcdef0123",
    "Use Bearer authentication, basic authentication, a Basic JavaScript course or Basic TypeScript; basically all.",
    "authorization: string; authorization: request.headers.get(name), the api-key, which version-2-of them",
    "see https://example.com:8080/a@b, http://localhost:3000/@scope/name and git@github.com:a/b.git",
    ["postgres://$", "{user}:$", "{password}@host and https://user:<password>@host or https://%s:%s@host"].join(""),
    "-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkq\n-----END PUBLIC KEY----- and -----BEGIN PRIVATE KEY-----",
    "eyJ is how tokens begin; AKIA; ghp_; xoxb-; a\\u0041b \\u00e9 \u001b[31mred\u001b[0m",
    "sha256-0123456789abcdef hf_model npm_config_registry npm_package_version",
    "Bearer [masked] and https://user:[masked]@host",
  ];
  for (const text of harmless) {
    expect(createMask(["a-known-key"]).text(text)).toBe(text);
    expect(JSON.parse(written({ body: text }).split("\n")[1] ?? "").body).toBe(text);
  }
  const words = fc.constantFrom(
    ..."the basic task-list Bearer of authorization: key = http:// user@host {} \\n \\u0041 PRIVATE KEY --- é".split(" "),
  );
  const texts = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.array(words).map((all) => all.join(" ")),
  );
  fc.assert(
    fc.property(texts, (text) => {
      expect(createMask(["a-known-key"]).text(text)).toBe(text);
      expect(JSON.parse(written({ body: text, msg: text, attributes: { [`k${text}`]: text } }).split("\n")[1] ?? "")).toEqual({
        ...JSON.parse(JSON.stringify(blank)),
        body: text.toWellFormed() === text ? text : expect.any(String),
        msg: text.toWellFormed() === text ? text : expect.any(String),
        attributes: text.toWellFormed() === text ? { [`k${text}`]: text } : expect.any(Object),
      });
    }),
  );
});

test("a masked body names the hash of what it was", () => {
  const body = `use sk-proj-${digits} here`;
  const record = JSON.parse(written({ body, attributes: { a: 1 } }).split("\n")[1] ?? "");
  expect(record).toMatchObject({ body: "use sk-[masked] here", attributes: { a: 1, [maskedBodyHash]: bodyHash(body) } });
});

test("JSON stays JSON, whatever is masked in it", () => {
  for (const [text] of canaries)
    for (const wrap of wrappings.slice(0, 5)) {
      const value = { "a key": [{ content: wrap(text), more: `"quoted" ${text} \\ ${key}` }, key.slice(0, 40), "between", key.slice(-40)] };
      for (const json of [JSON.stringify(value), JSON.stringify({ deep: JSON.stringify(value) })])
        expect(() => JSON.parse(createMask(['a"b\\c-secret']).text(json)), json).not.toThrow();
    }
});

test("masking twice is masking once", () => {
  const mask = createMask(["a-known-key"]);
  for (const [text] of canaries) expect(mask.text(mask.text(text))).toBe(mask.text(text));
});

test("hostile text of a megabyte is looked through in a few passes", () => {
  const pieces = [
    "sk-",
    "eyJ",
    "eyJ-",
    "eyJa.",
    "://",
    "://a:",
    "Bearer ",
    "basic ",
    "authorization: ",
    "-----BEGIN PRIVATE KEY-----",
    "\\u0041",
    "\\",
  ];
  const mask = createMask(["a\\known/key+with=signs"]);
  for (const piece of [...pieces, ...pieces.map((one) => `${one}a`)]) {
    const began = performance.now();
    mask.text(piece.repeat(1_000_000 / piece.length));
    expect(performance.now() - began, piece).toBeLessThan(2_000);
  }
});

test("a mask is made anew only when the values change", () => {
  let secrets = ["first-secret"];
  const mask = maskOf(() => secrets);
  const first = mask();
  secrets = ["first-secret"];
  expect(mask()).toBe(first);
  secrets = ["second-secret"];
  expect(mask().text("first-secret second-secret")).toBe("first-secret [masked]");
});

// Reaches keyCharsMax.
test("whatever stands in a private key is masked for 32,768 characters; without an end so near, what looks like a key", () => {
  const begin = "-----BEGIN PRIVATE KEY-----\n";
  const keyOf = (length: number) => {
    const material = "A".repeat(64);
    const other = `!${"B".repeat(length - 2 - material.length)}`;
    return createMask([]).text(`${begin}${material}${other}-----END PRIVATE KEY-----`);
  };
  expect(keyOf(32_768).length).toBeLessThan(100);
  expect(/\n\[masked\]!(B+)-----END/.exec(keyOf(32_769))?.[1]).toHaveLength(32_703);
});

// Reaches shortCharsMax.
test("a value of eight characters is masked also within a word, one of seven where it stands alone", () => {
  const mask = createMask(["hunter2", "password", "letters"]);
  expect(mask.text("xhunter2x hunter2 xpasswordx letters")).toBe("xhunter2x [masked] x[masked]x letters");
});
