import fc from "fast-check";
import { expect, test } from "vitest";
import { parseDotenv } from "../dotenv.ts";
import { withVariables } from "./env-file.ts";

const set = (text: string, changes: { readonly [name: string]: string }) => withVariables(text, new Map(Object.entries(changes)));

test("a variable keeps its line, a new one stands behind its example or at the end, and nothing else moves", () => {
  const text = "# Ports\nBACKEND_PORT=5000 # mine\n\n#OPENAI_API_KEY=\n# end\nexport DISPATCH_MODEL=a\n";
  expect(set(text, { DISPATCH_MODEL: "b", OPENAI_API_KEY: "k", GEMINI_API_KEY: "g" })).toBe(
    "# Ports\nBACKEND_PORT=5000 # mine\n\n#OPENAI_API_KEY=\nOPENAI_API_KEY=k\n# end\nexport DISPATCH_MODEL=b\nGEMINI_API_KEY=g\n",
  );
});

test("of two lines for one variable the one that counts is changed", () => {
  expect(set("UMANS_MODEL=a\nUMANS_MODEL=b\n", { UMANS_MODEL: "c" })).toBe("UMANS_MODEL=a\nUMANS_MODEL=c\n");
});

test("line ends, a byte order mark and a missing last line end do no harm", () => {
  expect(set("\uFEFFUMANS_MODEL=a\r\n#x\r\n", { UMANS_MODEL: "c", UMANS_BASE_URL: "u" })).toBe(
    "\uFEFFUMANS_MODEL=c\r\n#x\r\nUMANS_BASE_URL=u\r\n",
  );
  expect(set("#x", { UMANS_MODEL: "c" })).toBe("#x\nUMANS_MODEL=c\n");
  expect(set("", { UMANS_MODEL: "c" })).toBe("UMANS_MODEL=c\n");
  expect(set("", {})).toBe("");
});

test("a name is no pattern, and a longer name is another one", () => {
  expect(set("DISPATCH_MODEL_X=a\n", { DISPATCH_MODEL: "b" })).toBe("DISPATCH_MODEL_X=a\nDISPATCH_MODEL=b\n");
});

test("whatever value can be written is read back as it is, and what cannot is refused without being named", () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.string({ unit: "grapheme" }), fc.constantFrom(" a ", "a #b", "'a'", '"', "$(id)", "a\\nb")),
      (value) => {
        let text = "";
        try {
          text = set("# before\nUMANS_MODEL=x\n", { OPENAI_API_KEY: value });
        } catch (thrown) {
          expect(/[\r\n]/.test(value) || (value.includes('"') && value.includes("'"))).toBe(true);
          expect(String(thrown)).toContain("The value of OPENAI_API_KEY holds");
          return;
        }
        expect(parseDotenv(text)).toEqual({
          values: new Map([
            ["UMANS_MODEL", "x"],
            ["OPENAI_API_KEY", value],
          ]),
          problems: [],
        });
      },
    ),
  );
  expect(() => set("", { OPENAI_API_KEY: "a\nBACKEND_PORT=1" })).toThrow("OPENAI_API_KEY");
});
