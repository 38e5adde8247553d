import fc from "fast-check";

const knownTroubles: readonly string[] = [
  ...[
    "",
    " ",
    "\0",
    "a\0b",
    "\n",
    "\r\nX-Injected: 1",
    "\t",
    "\u007f",
    "\u0085",
    "\u2028",
    "\ufeff",
    "\ufffe",
    "\uffff",
    "\ud800",
    "\udfff",
    "a\ud800b",
  ],
  ...["__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "then", "length", "__defineGetter__"],
  ...[
    "../../../../etc/passwd",
    "..",
    ".",
    "/",
    "//",
    "~",
    "/etc/passwd",
    "/proc/self/environ",
    "C:\\Windows",
    "file:///etc/passwd",
    "%2e%2e%2f",
    "%00",
  ],
  ...[
    "null",
    "undefined",
    "NaN",
    "Infinity",
    "-0",
    "1e999",
    "0x10",
    "1_000",
    "９",
    "٣",
    "9".repeat(400),
    "true",
    "[]",
    "{}",
    "[object Object]",
  ],
  ...[
    "' OR 1=1 --",
    '"; DROP TABLE rows; --',
    "$(reboot)",
    "`reboot`",
    "; exit 1",
    "| cat",
    "${HOME}",
    "%s%n",
    "<script>alert(1)</script>",
    "{{7*7}}",
  ],
  ...[
    "[prompt:cwd]",
    "[[prompt:",
    "[prompt:[prompt:cwd]]",
    "[file:/etc/passwd]",
    "\u202etxt.exe",
    "İ",
    "ß",
    "ﬁ",
    "é".normalize("NFD"),
    "\u1e9e",
  ],
];

/** Code units of any value: among them surrogates that stand alone. */
const codeUnits = fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)), maxLength: 40 });

const repeated = ([text, times]: [string, number]): string => text.repeat(times);

export const hostileText: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...knownTroubles) },
  { weight: 3, arbitrary: fc.string({ unit: "binary", maxLength: 60 }) },
  { weight: 2, arbitrary: codeUnits },
  { weight: 1, arbitrary: fc.constantFrom(41, 127, 128, 129, 513, 1_001, 4_097, 70_000).map((length) => "x".repeat(length)) },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.constantFrom("a", "(", "[", "{", "*", "\\", "\n", "%", "😀", "\u0301"), fc.nat(3_000)).map(repeated),
  },
);

export const hostileNumber: fc.Arbitrary<number> = fc.oneof(
  fc.constantFrom(
    0,
    -0,
    -1,
    1,
    0.1,
    -0.5,
    2 ** 31 - 1,
    2 ** 31,
    2 ** 32,
    2 ** 53 - 1,
    2 ** 53,
    2 ** 63,
    -(2 ** 31),
    1e21,
    1e308,
    -1e308,
    5e-324,
  ),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);

/** Keys that mean something to the language, as a parser of JSON makes them: own properties. */
const hostileObject: fc.Arbitrary<unknown> = fc
  .tuple(
    fc.constantFrom("__proto__", "constructor", "prototype", "toJSON", "then", "length", "valueOf", "0"),
    fc.jsonValue({ maxDepth: 1 }),
  )
  .map(([key, value]) => JSON.parse(`{${JSON.stringify(key)}:{"polluted":true,"own":${JSON.stringify(value)}}}`));

/** Whatever JSON can carry that nobody sends by accident. */
export const hostileJson: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 6, arbitrary: hostileText },
  { weight: 4, arbitrary: hostileNumber },
  { weight: 2, arbitrary: fc.constantFrom<unknown>(null, true, false, [], {}, [[]], [null], { "": "" }) },
  { weight: 2, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  { weight: 2, arbitrary: hostileObject },
  { weight: 1, arbitrary: fc.constantFrom(10, 99, 100, 101, 1_000, 5_000).map(deepArray) },
  { weight: 1, arbitrary: fc.constantFrom(10, 99, 101, 2_000).map(deepObject) },
  { weight: 1, arbitrary: fc.constantFrom(33, 1_001, 20_000).map((length) => Array.from({ length }, (_, at) => at)) },
);

function deepArray(depth: number): unknown {
  let value: unknown = [];
  for (let level = 0; level < depth; level++) value = [value];
  return value;
}

function deepObject(depth: number): unknown {
  let value: unknown = {};
  for (let level = 0; level < depth; level++) value = { a: value };
  return value;
}

/** A value reached the prototype of all objects. */
export const isPolluted = (): boolean => "polluted" in {};
