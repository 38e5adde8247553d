import { z } from "zod";

export const config = z.strictObject({
  /**
   * `sample` looks at every output, but in long lists at some items only, so that a page of 10,000 chunks costs microseconds. `all` looks at
   * everything and refuses fields that are not declared: for tests.
   */
  checkOutputs: z.enum(["sample", "all"]).default("sample"),
});

export type Config = z.output<typeof config>;
