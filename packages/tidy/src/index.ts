export { readTree } from "./read-tree.ts";
export { rules } from "./rules.ts";
export { type Rule, type Tree, treeOf } from "./tree.ts";
