const advice: readonly (readonly [RegExp, string])[] = [
  [/unknown-model|no-model|unresolved/, "Choose another model below: this one is not to be had."],
  [
    /key|credential|denied|unauthor|401|403/,
    "The provider did not accept the key. Check it in the server's settings, or choose another model.",
  ],
  [/rate|limited|429|quota/, "The provider wants you to wait. Try again in a while, or choose another model."],
  [
    /context|too-long|413/,
    "The conversation has outgrown the model. Compact it from the menu above, or choose a model with a larger window.",
  ],
  [/interrupted|resume|crash/, "The server was interrupted. What it had done is kept; go on from here."],
];

/** What a person can do about an error, beside reading what it says. */
export function adviceFor(code: string | undefined): string {
  const known = advice.find(([form]) => form.test(code ?? ""))?.[1];
  return known ?? "Nothing that was said is lost. Try again, or choose another model.";
}
