export { compileGlob, type Glob } from "./glob.ts";
export { modifiedMs, type Walk, type WalkedFile, type WalkOptions, type WalkReport, walkFiles } from "./walk.ts";
