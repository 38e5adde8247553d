import type { Rule } from "../tree.ts";

const forbidden = [
  {
    form: /\bvi\.(mock|doMock|spyOn)\(/,
    advice: "what cannot be tested without a mock is written wrongly: pass the part in, and give a real or faked one",
  },
  { form: /\b(test|it|describe)\.only\(/, advice: "it silences every other test: remove .only" },
  {
    form: /\b(test|it|describe)\.(skip|todo)\(/,
    advice: "a test that never runs proves nothing: mend it or delete it (skipIf with a reason is fine)",
  },
];

export const testForms: Rule = {
  name: "tests run whole, against real code",
  broken: (tree) =>
    tree.sources
      .filter(({ test }) => test)
      .flatMap(({ path, text }) =>
        forbidden.filter(({ form }) => form.test(text)).map(({ form, advice }) => `${path} has ${form.exec(text)?.[0]}…: ${advice}`),
      ),
};
