import type { Rule } from "../tree.ts";

/** Everything else in an extension takes plain values, so that it is tested without a host. */
export const hostSight: Rule = {
  name: "inside an extension only index.ts sees the host",
  broken: (tree) =>
    tree.sources
      .filter((source) => source.package.group === "extensions" && source.place !== "index.ts" && !source.test)
      .flatMap(({ path, imports }) =>
        imports
          .filter(({ specifier, names }) => specifier === "@dispatch/kernel" && /\bHost\b/.test(names))
          .map(({ line }) => `${path}:${line} imports Host: take the few values you need as parameters, and let index.ts pass them`),
      ),
};
