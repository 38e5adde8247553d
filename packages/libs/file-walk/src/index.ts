export { compileGlob, type Glob, splitGlob } from "./glob.ts";
export { modifiedMs, type Walk, type WalkedFile, type WalkOptions, type WalkReport, walkFiles } from "./walk.ts";
