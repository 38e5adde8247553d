import type { Import } from "../imports.ts";
import type { Package } from "../packages.ts";
import type { Rule, Source, Tree } from "../tree.ts";

/** Architecture, section 8: who may import whom, among our own packages. */
export const importArrows: Rule = {
  name: "packages import only what their place allows",
  broken: (tree) => tree.sources.flatMap((source) => source.imports.flatMap((imported) => check(tree, source, imported) ?? [])),
};

function check(tree: Tree, source: Source, imported: Import): string | undefined {
  const { specifier, line } = imported;
  const at = `${source.path}:${line}`;
  if (specifier.startsWith("."))
    return leavesPackage(source, specifier) ? `${at} leaves its package by ${specifier}: import the other package by its name` : undefined;
  const target = tree.packages.find(({ name }) => specifier === name || specifier.startsWith(`${name}/`));
  if (target === undefined || target === source.package) return undefined;
  const door = `.${specifier.slice(target.name.length)}`;
  if (!(door in target.doors))
    return `${at} imports ${specifier}, which ${target.name} does not export: it offers ${Object.keys(target.doors).join(", ")}`;
  const why = source.test ? undefined : refusal(source.package, target, door, imported);
  return why === undefined ? undefined : `${at} imports ${specifier}: ${why}`;
}

function leavesPackage(source: Source, specifier: string): boolean {
  const depth = source.place.split("/").length - 1;
  return specifier.split("/").filter((part) => part === "..").length > depth;
}

/** Why the arrow is not allowed, and what to do instead; `undefined` when it is. */
function refusal(from: Package, to: Package, door: string, { typeOnly }: Import): string | undefined {
  if (to.group === "testkit")
    return from.group === "bench" || from.group === "torture" ? undefined : "testkit is for tests: name the file *.test.ts or *.fixture.ts";
  switch (from.group) {
    case "contracts":
      return to.group === "contracts" ? undefined : "a contract stands on contracts alone: move the type into packages/contracts";
    case "kernel":
      if (to.name !== "@dispatch/wire") return "the kernel knows wire alone: take what you need as a port";
      return typeOnly ? undefined : "the kernel imports nothing at run time: use import type";
    case "libs":
      if (to.group === "libs" || to.name === "@dispatch/wire") return undefined;
      if (to.group !== "kernel") return "a library knows wire, the kernel's types and other libraries: take what you need as a parameter";
      return typeOnly ? undefined : "a library takes only types from the kernel: use import type";
    case "extensions":
      return extensionRefusal(from, to, door);
    case "observability":
      if (to.group === "observability" || to.group === "libs" || to.name === "@dispatch/wire") return undefined;
      if (to.group !== "kernel") return "what observes knows no extension: read the journal, or take what you need as a parameter";
      return typeOnly ? undefined : "what observes takes only types from the kernel: use import type";
    case "cli":
      return to.group === "contracts" || to.group === "observability" ? undefined : clientAdvice;
    case "web":
      return to.group === "contracts" ? undefined : clientAdvice;
    case "host-bin":
      // The tokens of what it composes stand in contracts: `Kernel.use` needs them. The one executable is the terminal client too.
      if (!["kernel", "contracts", "extensions", "observability", "cli"].includes(to.group))
        return "host-bin composes extensions: let one stand between";
      if (to.group === "observability") return undefined;
      return door === "." || door === "./contract" ? undefined : "host-bin sees an extension's root and its contract alone";
    case "tidy":
      return "tidy reads the others and imports none: read the file";
    case "testkit":
      if (to.group === "kernel" || to.group === "contracts") return undefined;
      return "testkit serves every package and knows only the kernel and contracts: take the implementation as a parameter";
    case "bench":
    case "torture":
      return undefined;
  }
}

const clientAdvice = "a client knows contracts alone: call an op, or move the type into packages/contracts";

function extensionRefusal(from: Package, to: Package, door: string): string | undefined {
  if (to.group === "contracts" || to.group === "libs" || to.group === "kernel" || to.group === "observability") return undefined;
  if (to.group !== "extensions") return "an extension knows contracts, the kernel, libraries and other extensions' contracts";
  if (door !== "./contract") return `an extension reaches another by its contract: import ${to.name}/contract`;
  const { id } = to.manifest ?? { id: to.name.slice("@dispatch/".length) };
  if (!from.manifest?.dependsOn.includes(id)) return `it is not in dependsOn of ${from.folder}/src/index.ts: add "${id}" there`;
  if (from.manifest.tier === "core" && to.manifest?.tier !== "core")
    return "a core extension stands on core extensions alone: turn the arrow round with a hook or a point";
  return undefined;
}
