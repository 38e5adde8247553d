import type { Model } from "@dispatch/kernel";

/** Whatever effort is asked for becomes the least that a request can say: there is no word for none that every provider takes. */
export const thinkLittle = (model: Model): Model => ({
  ...model,
  stream: (request, signal) => model.stream({ ...request, reasoningEffort: "low" }, signal),
});
